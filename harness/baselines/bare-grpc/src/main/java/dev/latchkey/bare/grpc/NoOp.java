package dev.latchkey.bare.grpc;

import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** Allows everyone without looking. */
@Singleton
final class NoOp extends AuthenticationServiceGrpc.AuthenticationServiceImplBase {
  private static final AuthenticateResponse ALLOWED =
      AuthenticateResponse.newBuilder().setAllowed(Allowed.getDefaultInstance()).build();

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> responses) {
    responses.onNext(ALLOWED);
    responses.onCompleted();
  }
}
