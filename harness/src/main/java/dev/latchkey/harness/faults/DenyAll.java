package dev.latchkey.harness.faults;

import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.DenialReason;
import io.grpc.Server;
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
    server = ServerTransport.builder("127.0.0.1", 0).addService(this).build().start();
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
