package dev.latchkey.kit.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** How our services reach each other. */
public final class Channels {
  /** The largest answer between services, in bytes. */
  public static final int LARGEST_MESSAGE = 4 << 20;

  private static final Executor BETWEEN_ATTEMPTS =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private Channels() {}

  /**
   * A channel to {@code host:port} that notices a dead peer within 15 seconds even when idle, and
   * one that is back within a second. The callers' callbacks run on the event loop and must not
   * wait.
   */
  public static ManagedChannel open(String target) {
    return open(target, LARGEST_MESSAGE);
  }

  /**
   * The same, for answers that may be larger than those between services.
   *
   * @param largestAnswer in bytes; a call with a larger one fails with RESOURCE_EXHAUSTED
   */
  public static ManagedChannel open(String target, int largestAnswer) {
    return open(target, InsecureChannelCredentials.create(), largestAnswer);
  }

  /**
   * The same, with a choice of how to prove and protect the connections.
   *
   * @param credentials plain text, TLS or mutual TLS
   */
  public static ManagedChannel open(
      String target, ChannelCredentials credentials, int largestAnswer) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + target, credentials)
            .directExecutor()
            .maxInboundMessageSize(largestAnswer)
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .build();
    watch(channel);
    return channel;
  }

  /** Waits until the channel is in trouble. */
  private static void watch(ManagedChannel channel) {
    ConnectivityState state = channel.getState(false);
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      BETWEEN_ATTEMPTS.execute(() -> tryAgain(channel));
    } else if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, () -> watch(channel));
    }
  }

  /**
   * Connects now. Left alone, the channel's own pauses grow to two minutes, and calls would fail
   * for as long after the peer is back.
   */
  private static void tryAgain(ManagedChannel channel) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    watch(channel);
  }
}
