package dev.latchkey.kit.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** How our services reach each other. */
public final class Channels {
  private static final int LARGEST_MESSAGE = 4 << 20;

  private Channels() {}

  /**
   * A channel to {@code host:port} that notices a dead peer within 15 seconds even when idle. The
   * callers' callbacks run on the event loop and must not wait.
   */
  public static ManagedChannel open(String target) {
    return NettyChannelBuilder.forTarget("dns:///" + target)
        .usePlaintext()
        .directExecutor()
        .maxInboundMessageSize(LARGEST_MESSAGE)
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .build();
  }
}
