package dev.latchkey.harness.faults;

import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Asks a key-service node with Authenticate. */
final class GrpcAsker implements Asker {
  private final String name;
  private final ManagedChannel channel;
  private final AuthenticationServiceStub stub;
  private final Duration limit;
  private final UnaryOperator<AuthenticateRequest.Builder> more;

  /**
   * Connects.
   *
   * @param target {@code host:port}
   * @param caller the key that the calls are made with
   * @param limit of each call
   * @param more what else is asked
   */
  GrpcAsker(
      String name,
      String target,
      Secret caller,
      Duration limit,
      UnaryOperator<AuthenticateRequest.Builder> more) {
    this.name = name;
    this.channel = Channels.open(target);
    this.stub =
        AuthenticationServiceGrpc.newStub(channel)
            .withCallCredentials(ServiceCredential.of(caller));
    this.limit = limit;
    this.more = more;
  }

  @Override
  public CompletableFuture<CallAnswer> ask(Secret key) {
    CompletableFuture<CallAnswer> answer = new CompletableFuture<>();
    stub.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
        .authenticate(
            more.apply(AuthenticateRequest.newBuilder().setCredential(key.reveal())).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(AuthenticateResponse response) {
                answer.complete(
                    switch (response.getDecisionCase()) {
                      case ALLOWED -> new CallAnswer.Allowed();
                      case DENIED -> new CallAnswer.Denied(response.getDenied().getReason().name());
                      case DECISION_NOT_SET -> new CallAnswer.Failed("no decision", false);
                    });
              }

              @Override
              public void onError(Throwable failure) {
                Status.Code code = Status.fromThrowable(failure).getCode();
                answer.complete(
                    new CallAnswer.Failed(code.name(), code == Status.Code.UNAVAILABLE));
              }

              @Override
              public void onCompleted() {
                answer.complete(new CallAnswer.Failed("no answer", false));
              }
            });
    return answer;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
