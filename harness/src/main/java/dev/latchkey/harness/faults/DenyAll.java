package dev.latchkey.harness.faults;

import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/** A server that denies every credential without a look at it: what a flood costs by itself. */
final class DenyAll extends AuthenticationServiceGrpc.AuthenticationServiceImplBase
    implements AutoCloseable {
  private static final AuthenticateResponse ANSWER =
      AuthenticateResponse.newBuilder()
          .setDenied(Denied.newBuilder().setReason(DenialReason.DENIAL_REASON_UNKNOWN))
          .build();

  private final Server server;

  private DenyAll() throws IOException {
    // What clients of ours look at before they send calls.
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus(Readiness.TAKES_CALLS, HealthCheckResponse.ServingStatus.SERVING);
    server =
        ServerTransport.builder("127.0.0.1", 0)
            .addService(this)
            .addService(health.getHealthService())
            .build()
            .start();
  }

  static DenyAll start() throws IOException {
    return new DenyAll();
  }

  /** {@code host:port}. */
  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> responses) {
    responses.onNext(ANSWER);
    responses.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
