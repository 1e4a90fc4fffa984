package dev.latchkey.kit.grpc;

import dev.latchkey.kit.net.Connections;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The transport of every gRPC server of ours: Netty with epoll where there is epoll, handlers on
 * the event loop itself. A handler that may wait must go through {@link Offload}; {@code
 * docs/decisions} has the measurement behind this.
 */
public final class ServerTransport {
  private static final int LARGEST_MESSAGE = 4 << 20;
  private static final int LARGEST_METADATA = 16 << 10;
  private static final int STREAMS_PER_CONNECTION = 1_000;

  /** Of a connection, and of each of its calls: what may be sent before it is taken in. */
  private static final int FLOW_CONTROL_WINDOW = 1 << 20;

  /**
   * A client whose deadlines all pass cancels each of its {@value #STREAMS_PER_CONNECTION} calls;
   * rapid resets come by the hundred thousand.
   */
  private static final int MOST_RESETS = 20_000;

  private static final int RESETS_WINDOW_SECONDS = 10;

  private ServerTransport() {}

  /** A builder in plain text with the limits of a service, listening on one address. */
  public static ServerBuilder<?> builder(String host, int port) {
    return builder(
        new InetSocketAddress(host, port),
        InsecureServerCredentials.create(),
        TransportLimits.DEFAULT,
        new Connections(Connections.MOST));
  }

  /**
   * A builder with the transport set up.
   *
   * @param connections counts the connections, and bounds them
   */
  public static ServerBuilder<?> builder(
      SocketAddress address,
      ServerCredentials credentials,
      TransportLimits limits,
      Connections connections) {
    return builder(address, credentials, limits, connections, _ -> {});
  }

  /**
   * The same.
   *
   * @param workers is given the event loops that the calls run on
   */
  public static ServerBuilder<?> builder(
      SocketAddress address,
      ServerCredentials credentials,
      TransportLimits limits,
      Connections connections,
      Consumer<EventLoopGroup> workers) {
    EventLoopGroup loops = EventLoops.of("grpc-worker", Runtime.getRuntime().availableProcessors());
    workers.accept(loops);
    return NettyServerBuilder.forAddress(address, credentials)
        .channelFactory(
            () -> {
              ServerChannel listener = EventLoops.listener();
              listener
                  .pipeline()
                  .addLast(
                      new ConnectionGuard(connections, limits.start(), STREAMS_PER_CONNECTION));
              return listener;
            })
        .bossEventLoopGroup(EventLoops.of("grpc-accept", 1))
        .workerEventLoopGroup(loops)
        .withChildOption(ChannelOption.TCP_NODELAY, true)
        .directExecutor()
        .maxInboundMessageSize(LARGEST_MESSAGE)
        .maxInboundMetadataSize(LARGEST_METADATA)
        .maxConcurrentCallsPerConnection(STREAMS_PER_CONNECTION)
        .maxRstFramesPerWindow(MOST_RESETS, RESETS_WINDOW_SECONDS)
        .flowControlWindow(FLOW_CONTROL_WINDOW)
        .permitKeepAliveTime(10, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(limits.silence().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(limits.pingTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionIdle(limits.idle().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionAge(limits.age().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionAgeGrace(limits.ageGrace().toMillis(), TimeUnit.MILLISECONDS);
  }
}
