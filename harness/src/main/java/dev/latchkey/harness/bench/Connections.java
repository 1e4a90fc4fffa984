package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.EventLoops;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some connections to one server. They are divided evenly over as many threads as there are
 * processors: left to chance, all connections of one side of a comparison may share one thread of
 * the client, which is then what is measured. Like the channels of our services they make a call
 * again that a server answers with {@code UNAVAILABLE}. Safe for use by many threads.
 */
final class Connections implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<EventLoopGroup> loops;
  private final List<ManagedChannel> channels;
  private final CallOptions options;

  private Connections(
      List<EventLoopGroup> loops, List<ManagedChannel> channels, CallOptions options) {
    this.loops = loops;
    this.channels = channels;
    this.options = options;
  }

  /**
   * Opens connections. From the first call on, what comes on one of them comes on the thread that
   * is its own.
   *
   * @param target {@code host:port}
   * @param caller the key that the calls are made with
   * @throws IllegalStateException if nothing listens there within half a minute
   */
  static Connections open(String target, Secret caller, int count) {
    List<EventLoopGroup> loops =
        IntStream.range(0, Math.min(count, Runtime.getRuntime().availableProcessors()))
            .mapToObj(i -> EventLoops.of("load-" + i, 1))
            .toList();
    List<ManagedChannel> channels =
        IntStream.range(0, count)
            .mapToObj(i -> Channels.openOn(loops.get(i % loops.size()), target))
            .toList();
    Connections connections =
        new Connections(
            loops,
            channels,
            CallOptions.DEFAULT
                .withWaitForReady()
                .withCallCredentials(ServiceCredential.of(caller)));
    try {
      connections.awaitReady(target);
      return connections;
    } catch (IllegalStateException e) {
      connections.close();
      throw e;
    }
  }

  private void awaitReady(String target) {
    Await.until(
        LIMIT,
        () ->
            channels.stream()
                .allMatch(channel -> channel.getState(true) == ConnectivityState.READY),
        () -> "nothing listens on " + target);
  }

  /** How many there are. */
  int count() {
    return channels.size();
  }

  /** How many threads they are divided over: those of a thread are as many numbers apart. */
  int threads() {
    return loops.size();
  }

  /** The thread of the connection with this number, below {@link #count}. */
  EventLoop loop(int connection) {
    return loops.get(connection % loops.size()).next();
  }

  /** A call to make on the connection with this number, below {@link #count}. */
  ClientCall<byte[], Answer> call(int connection, MethodDescriptor<byte[], Answer> method) {
    return channels.get(connection).newCall(method, options);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    for (EventLoopGroup loop : loops) {
      var _ = loop.shutdownGracefully();
    }
  }
}
