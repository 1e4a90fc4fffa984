package dev.latchkey.bare.http;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** One unary call with always the same request. Safe for use by many threads. */
final class NoOpCall {
  private final AuthenticationServiceStub stub;
  private final AuthenticateRequest request;

  private NoOpCall(AuthenticationServiceStub stub, AuthenticateRequest request) {
    this.stub = stub;
    this.request = request;
  }

  /** Calls on this channel with a request of these bytes. */
  static NoOpCall on(Channel channel, byte[] request) throws InvalidProtocolBufferException {
    return new NoOpCall(
        AuthenticationServiceGrpc.newStub(channel), AuthenticateRequest.parseFrom(request));
  }

  /** Makes the call; what is given is completed on the channel's threads. */
  CompletableFuture<AuthenticateResponse> make() {
    Answer answer = new Answer();
    stub.authenticate(request, answer);
    return answer.future;
  }

  private static final class Answer implements StreamObserver<AuthenticateResponse> {
    private final CompletableFuture<AuthenticateResponse> future = new CompletableFuture<>();

    @Override
    public void onNext(AuthenticateResponse response) {
      future.complete(response);
    }

    @Override
    public void onError(Throwable thrown) {
      future.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {
      // The answer was all there is.
    }
  }
}
