package dev.latchkey.edge.keyservice;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.kit.balancing.Attempts;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceFutureStub;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc.LeakServiceFutureStub;
import dev.latchkey.proto.keys.v1.ReportLeakedKeyRequest;
import dev.latchkey.proto.keys.v1.RevokeHeldKeyRequest;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Asks key-service. Never waits: the stages it gives are completed on the channel's threads, within
 * the deadline, and never exceptionally. A node that is silent for half a second is given up for
 * another. Safe for use by many threads.
 */
public final class KeyServiceClient {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final AuthenticationServiceFutureStub authentication;
  private final LeakServiceFutureStub leaks;
  private final CallCredentials ownKey;
  private final Duration deadline;
  private final Attempts attempts;

  /**
   * @param ownKey the edge's own service key
   * @param deadline how long one call may take
   */
  public KeyServiceClient(Channel channel, CallCredentials ownKey, Duration deadline) {
    this.authentication = AuthenticationServiceGrpc.newFutureStub(channel);
    this.leaks = LeakServiceGrpc.newFutureStub(channel);
    this.ownKey = ownKey;
    this.deadline = deadline;
    this.attempts = new Attempts(deadline, PATIENCE);
  }

  /**
   * Has a client's key decided on, on the edge's own behalf.
   *
   * @param question without the credential
   */
  public CompletionStage<Reply> decide(
      Secret credential, AuthenticateRequest question, CallOrigin origin) {
    return reply(
        ask(question.toBuilder().setCredential(credential.reveal()).build(), ownKey, origin),
        Reply.Answered::new,
        thrown -> new Reply.Failed(Failures.ofOwnCall(thrown, origin)));
  }

  /** Asks on behalf of a caller, with their key in the place of the edge's own. */
  public CompletionStage<Reply> authenticateFor(
      Secret caller, AuthenticateRequest request, CallOrigin origin) {
    return reply(
        ask(request, ServiceCredential.of(caller), origin),
        Reply.Answered::new,
        thrown -> Failures.ofCallersCall(thrown, origin));
  }

  /** Passes on that a key was seen; empty once it is taken, whatever key it was. */
  public CompletionStage<Optional<Problem>> reportLeak(
      ReportLeakedKeyRequest report, CallOrigin origin) {
    return reply(
        prepared(leaks, ownKey, origin).withDeadlineAfter(deadline).reportLeakedKey(report),
        _ -> Optional.empty(),
        thrown -> Optional.of(Failures.ofOwnCall(thrown, origin)));
  }

  /**
   * Has a key revoked on the word of its holder; empty once it is taken, whatever key it was.
   *
   * @param request without the credential
   */
  public CompletionStage<Optional<Problem>> revokeHeld(
      Secret credential, RevokeHeldKeyRequest request, CallOrigin origin) {
    return reply(
        prepared(leaks, ownKey, origin)
            .withDeadlineAfter(deadline)
            .revokeHeldKey(request.toBuilder().setCredential(credential.reveal()).build()),
        _ -> Optional.empty(),
        thrown -> Optional.of(Failures.ofOwnCall(thrown, origin)));
  }

  private ListenableFuture<AuthenticateResponse> ask(
      AuthenticateRequest request, CallCredentials credentials, CallOrigin origin) {
    AuthenticationServiceFutureStub stub = prepared(authentication, credentials, origin);
    return attempts.call(end -> stub.withDeadline(end).authenticate(request));
  }

  private static <S extends AbstractStub<S>> S prepared(
      S stub, CallCredentials credentials, CallOrigin origin) {
    return stub.withCallCredentials(credentials)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(origin.headers()));
  }

  private static <A, R> CompletionStage<R> reply(
      ListenableFuture<A> answer, Function<A, R> onSuccess, Function<Throwable, R> onFailure) {
    CompletableFuture<R> reply = new CompletableFuture<>();
    Futures.addCallback(
        answer,
        new FutureCallback<>() {
          @Override
          public void onSuccess(A answered) {
            reply.complete(onSuccess.apply(answered));
          }

          @Override
          public void onFailure(Throwable thrown) {
            reply.complete(onFailure.apply(thrown));
          }
        },
        MoreExecutors.directExecutor());
    return reply;
  }
}
