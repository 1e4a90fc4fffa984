package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.JarProcess;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Ports;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The training run of the bare gRPC application: what such an application would be given, no option
 * set.
 */
final class BareGrpcTraining {
  private static final String MODULE = "bare-grpc";
  private static final int CALLS = 140;
  private static final long LIMIT_SECONDS = 60;

  private BareGrpcTraining() {}

  /** Makes its cache, unless it has a current one. */
  static void ensure() {
    try (Platform platform = Platform.prepare(Platform.USUAL)) {
      int port = Ports.free();
      JarProcess program =
          platform.baseline(MODULE, Platform.USUAL, Map.of("BARE_PORT", Integer.toString(port)));
      if (program.hasCache()) {
        return;
      }
      program.record();
      program.start();
      String target = "127.0.0.1:" + port;
      FirstAnswer.awaitListening(program, target);
      call(target);
      program.stop();
      program.makeCache();
    }
  }

  private static void call(String target) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    try {
      AuthenticationServiceBlockingStub stub =
          AuthenticationServiceGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
      for (int i = 0; i < CALLS; i++) {
        var _ = stub.authenticate(AuthenticateRequest.getDefaultInstance());
      }
    } finally {
      channel.shutdownNow();
    }
  }
}
