package dev.latchkey.kit.grpc;

import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
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

  private ServerTransport() {}

  /** A builder with the transport set up, listening on one address. */
  public static ServerBuilder<?> builder(String host, int port) {
    return builder(host, port, _ -> {});
  }

  /**
   * The same.
   *
   * @param workers is given the event loops that the calls run on
   */
  public static ServerBuilder<?> builder(String host, int port, Consumer<EventLoopGroup> workers) {
    EventLoopGroup loops =
        group(Epoll.isAvailable(), "grpc-worker", Runtime.getRuntime().availableProcessors());
    workers.accept(loops);
    boolean epoll = Epoll.isAvailable();
    Class<? extends ServerChannel> channelType =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    return NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
        .channelType(channelType)
        .bossEventLoopGroup(group(epoll, "grpc-accept", 1))
        .workerEventLoopGroup(loops)
        .withChildOption(ChannelOption.TCP_NODELAY, true)
        .directExecutor()
        .maxInboundMessageSize(LARGEST_MESSAGE)
        .maxInboundMetadataSize(LARGEST_METADATA)
        .maxConcurrentCallsPerConnection(STREAMS_PER_CONNECTION)
        .permitKeepAliveTime(10, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(60, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS);
  }

  private static EventLoopGroup group(boolean epoll, String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads,
        new DefaultThreadFactory(name, true),
        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }
}
