package dev.latchkey.keys.limits;

import dev.latchkey.kit.tls.ClientTls;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of this node to Redis, or to each master of a Cluster, over which all calls go
 * without waiting for one another. Nothing here waits. A call whose connection breaks fails and is
 * not sent again. Safe for use by many threads.
 */
final class RedisLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
  private static final Duration RECONNECT = Duration.ofMillis(200);
  private static final int THREADS = 2;

  /** More than can be under way within the time a call may wait; beyond it calls fail at once. */
  private static final int MOST_UNDER_WAY = 50_000;

  /**
   * Notes that this node is there, which a replica that only reads refuses, and tells the time and
   * how many nodes were there in the last seconds.
   */
  private static final String PROBE =
      """
      local now = redis.call('time')
      redis.call('zadd', KEYS[1], now[1], ARGV[1])
      redis.call('zremrangebyscore', KEYS[1], '-inf', now[1] - 5)
      redis.call('expire', KEYS[1], 10)
      return {now[1], now[2], tostring(redis.call('zcard', KEYS[1]))}
      """;

  private static final String PROBE_KEY = "latchkey:nodes";

  /** So many find each of a hundred masters, as good as surely. */
  private static final int PROBE_KEYS_TRIED = 1_000;

  private record Connected(
      StatefulConnection<String, byte[]> connection,
      RedisClusterAsyncCommands<String, byte[]> commands) {}

  /**
   * What a probe has shown.
   *
   * @param nanos Redis' clock, since 1970
   * @param nodes how many share limits, this one included
   */
  record Probed(long nanos, int nodes) {}

  private final byte[] node = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
  private final RedisAddress address;
  private final SslOptions ssl;
  private final ClientResources resources;
  private final AbstractRedisClient client;
  private final RedisCalls<String> calls = new RedisCalls<>(this::commands);
  private volatile @Nullable Connected connected;
  private boolean connecting;
  private boolean closed;

  /**
   * Does not connect yet.
   *
   * @param tls for an address with TLS
   */
  RedisLink(RedisAddress address, ClientTls tls) {
    this.address = address;
    this.ssl = ssl(tls);
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .reconnectDelay(Delay.constant(RECONNECT))
            .build();
    this.client = address.isCluster() ? clusterClient() : singleClient();
  }

  private static SslOptions ssl(ClientTls tls) {
    return SslOptions.builder()
        .jdkSslProvider()
        .protocols("TLSv1.3", "TLSv1.2")
        .sslContext(
            context -> {
              tls.identity().ifPresent(context::keyManager);
              tls.servers().ifPresent(context::trustManager);
            })
        .build();
  }

  private AbstractRedisClient singleClient() {
    RedisClient single = RedisClient.create(resources);
    single.setOptions(configured(ClientOptions.builder()).build());
    return single;
  }

  private AbstractRedisClient clusterClient() {
    RedisClusterClient cluster = RedisClusterClient.create(resources, address.uris());
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    configured(options);
    cluster.setOptions(
        options
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(Duration.ofSeconds(10))
                    .build())
            .build());
    return cluster;
  }

  private ClientOptions.Builder configured(ClientOptions.Builder options) {
    return options
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .requestQueueSize(MOST_UNDER_WAY)
        .sslOptions(ssl)
        .socketOptions(
            SocketOptions.builder().connectTimeout(Duration.ofSeconds(1)).keepAlive(true).build());
  }

  private @Nullable RedisClusterAsyncCommands<String, byte[]> commands() {
    Connected to = connected;
    return to == null ? null : to.commands;
  }

  /** The way to make calls. */
  RedisCalls<String> calls() {
    return calls;
  }

  /** Begins to connect, unless it is connected or connecting. */
  synchronized void connect() {
    if (closed || connecting || connected != null) {
      return;
    }
    connecting = true;
    CompletionStage<Connected> attempt =
        client instanceof RedisClusterClient cluster
            ? cluster
                .refreshPartitionsAsync()
                .thenCompose(done -> cluster.connectAsync(CODEC))
                .thenApply(connection -> new Connected(connection, connection.async()))
            : ((RedisClient) client)
                .connectAsync(CODEC, address.uris().getFirst())
                .thenApply(connection -> new Connected(connection, connection.async()));
    var _ = attempt.whenComplete(this::connected);
  }

  private synchronized void connected(@Nullable Connected made, @Nullable Throwable failure) {
    connecting = false;
    if (made == null) {
      LOG.debug("no connection to Redis at {}", address, failure);
    } else if (closed) {
      var _ = made.connection.closeAsync();
    } else {
      connected = made;
    }
  }

  /** Gives the connection up, if there is one; the calls under way fail. */
  synchronized boolean drop() {
    Connected given = connected;
    connected = null;
    if (given != null) {
      var _ = given.connection.closeAsync();
    }
    return given != null;
  }

  /**
   * Whether Redis takes writes, every master of a Cluster included, and what it knows; of a Cluster
   * the same master's word for all nodes.
   */
  CompletableFuture<Probed> probe() {
    List<CompletableFuture<Probed>> asked = probeKeys().stream().map(this::probe).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(all -> asked.getFirst().join());
  }

  private CompletableFuture<Probed> probe(String key) {
    RedisFuture<List<byte[]>> asked =
        calls.call(
            commands -> commands.eval(PROBE, ScriptOutputType.MULTI, new String[] {key}, node));
    return asked.toCompletableFuture().thenApply(RedisLink::probed);
  }

  /** A key for each master. */
  private List<String> probeKeys() {
    Connected to = connected;
    if (to == null || !(to.connection instanceof StatefulRedisClusterConnection<?, ?> cluster)) {
      return List.of(PROBE_KEY);
    }
    Map<String, String> keyOfMaster = new LinkedHashMap<>();
    for (int i = 0; i < PROBE_KEYS_TRIED; i++) {
      String key = PROBE_KEY + ":" + i;
      RedisClusterNode master = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
      // A slot without a master takes no write: it fails, as it should.
      keyOfMaster.putIfAbsent(master == null ? "" : master.getNodeId(), key);
    }
    return List.copyOf(keyOfMaster.values());
  }

  private static Probed probed(List<byte[]> answer) {
    long nanos =
        TimeUnit.SECONDS.toNanos(number(answer.get(0)))
            + TimeUnit.MICROSECONDS.toNanos(number(answer.get(1)));
    return new Probed(nanos, Math.toIntExact(number(answer.get(2))));
  }

  private static long number(byte[] digits) {
    return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      connected = null;
    }
    // Closes the connection as well.
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    try {
      var _ = resources.shutdown(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
