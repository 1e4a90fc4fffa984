package dev.latchkey.kit.grpc;

import dev.latchkey.kit.balancing.Balancing;
import dev.latchkey.kit.balancing.BrokenConnections;
import dev.latchkey.kit.balancing.Nodes;
import dev.latchkey.kit.operations.Readiness;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * How our services reach each other: one channel over all nodes of a service. Calls go to the nodes
 * in turn, past those that drain, are gone or hang; a decision or a read that a node answers with
 * {@code UNAVAILABLE} is made again on another. See {@code docs/decisions/balancing.md}.
 */
public final class Channels {
  /** The largest answer between services, in bytes. */
  public static final int LARGEST_MESSAGE = 4 << 20;

  private static final int CONNECT_MILLIS = 3_000;
  private static final Executor BETWEEN_ATTEMPTS =
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);

  private Channels() {}

  /**
   * A channel to one or more {@code host:port}, divided by commas, that notices a dead peer within
   * 15 seconds even when idle, and one that is back within a second. The callers' callbacks run on
   * the event loop and must not wait.
   */
  public static ManagedChannel open(String targets) {
    return open(targets, LARGEST_MESSAGE);
  }

  /**
   * The same, for answers that may be larger than those between services.
   *
   * @param largestAnswer in bytes; a call with a larger one fails with RESOURCE_EXHAUSTED
   */
  public static ManagedChannel open(String targets, int largestAnswer) {
    return open(targets, InsecureChannelCredentials.create(), largestAnswer);
  }

  /**
   * The same, with a choice of how to prove and protect the connections. Nodes get calls from when
   * they listen until they drain.
   *
   * @param credentials plain text, TLS or mutual TLS
   */
  public static ManagedChannel open(
      String targets, ChannelCredentials credentials, int largestAnswer) {
    return open(targets, credentials, largestAnswer, Readiness.TAKES_CALLS);
  }

  /** The same, to nodes that are ready for all of their work. */
  public static ManagedChannel openToReady(
      String targets, ChannelCredentials credentials, int largestAnswer) {
    return open(targets, credentials, largestAnswer, Readiness.READY);
  }

  /**
   * The same, for who also asks nodes directly.
   *
   * @param nodes told whose turn it is; belongs to this channel from now on
   */
  public static ManagedChannel openToReady(
      String targets, ChannelCredentials credentials, int largestAnswer, Nodes nodes) {
    NettyChannelBuilder builder =
        builder(targets, credentials, largestAnswer, Readiness.READY)
            .setNameResolverArg(Nodes.OF_CHANNEL, nodes);
    return begin(builder);
  }

  /**
   * The same as {@link #open(String)}, with the callers' callbacks on loops of the caller's: for
   * who wants to divide connections over processors.
   */
  public static ManagedChannel openOn(EventLoopGroup loops, String targets) {
    return begin(
        builder(
                targets,
                InsecureChannelCredentials.create(),
                LARGEST_MESSAGE,
                Readiness.TAKES_CALLS)
            .eventLoopGroup(loops)
            .channelType(EventLoops.connection()));
  }

  private static ManagedChannel open(
      String targets, ChannelCredentials credentials, int largestAnswer, String healthService) {
    return begin(builder(targets, credentials, largestAnswer, healthService));
  }

  private static NettyChannelBuilder builder(
      String targets, ChannelCredentials credentials, int largestAnswer, String healthService) {
    return NettyChannelBuilder.forTarget(Balancing.target(targets), credentials)
        .directExecutor()
        .intercept(new BrokenConnections())
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .maxInboundMessageSize(largestAnswer)
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .defaultServiceConfig(Balancing.serviceConfig(healthService));
  }

  private static ManagedChannel begin(NettyChannelBuilder builder) {
    ManagedChannel channel = builder.build();
    BETWEEN_ATTEMPTS.execute(() -> connectAtOnce(channel));
    return channel;
  }

  /**
   * Has every node that cannot be reached tried again now. Left alone, the pauses between attempts
   * grow to two minutes, and a node that is back would get no calls for as long. Nodes that are
   * connected feel nothing of it.
   */
  private static void connectAtOnce(ManagedChannel channel) {
    if (!channel.isShutdown()) {
      channel.resetConnectBackoff();
      BETWEEN_ATTEMPTS.execute(() -> connectAtOnce(channel));
    }
  }
}
