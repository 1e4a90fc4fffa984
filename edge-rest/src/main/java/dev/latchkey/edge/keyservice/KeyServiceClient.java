package dev.latchkey.edge.keyservice;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.kit.balancing.Attempts;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateError;
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
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private final DecisionStreams streams;

  /**
   * @param streams to the same nodes as the channel
   * @param ownKey the edge's own service key
   * @param deadline how long one call may take
   */
  public KeyServiceClient(
      Channel channel, DecisionStreams streams, CallCredentials ownKey, Duration deadline) {
    this.authentication = AuthenticationServiceGrpc.newFutureStub(channel);
    this.leaks = LeakServiceGrpc.newFutureStub(channel);
    this.ownKey = ownKey;
    this.deadline = deadline;
    this.attempts = new Attempts(deadline, PATIENCE);
    this.streams = streams;
  }

  /** How long a node may be silent on a question before another is asked. */
  public static Duration patience(Duration deadline) {
    return deadline.compareTo(PATIENCE) < 0 ? deadline : PATIENCE;
  }

  /**
   * Has a client's key decided on, on the edge's own behalf: over a stream where one takes the
   * question, else by a call. Who is part of a trace is asked about by a call, which carries it.
   *
   * @param question without the credential
   */
  public CompletionStage<Reply> decide(
      Secret credential, AuthenticateRequest question, CallOrigin origin) {
    Decision decision =
        new Decision(
            question.toBuilder().setCredential(credential.reveal()).build(),
            origin,
            Deadline.after(deadline.toNanos(), TimeUnit.NANOSECONDS));
    boolean streamed =
        origin.traceparent().isEmpty()
            && attempts.allowAnother()
            && streams.tryAsk(decision.question, origin.requestId(), decision);
    if (!streamed) {
      decision.call();
    }
    return decision.reply;
  }

  /** One decision on the edge's own behalf, however it is come by. */
  private final class Decision implements Asker {
    private final AuthenticateRequest question;
    private final CallOrigin origin;
    private final Deadline end;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();

    Decision(AuthenticateRequest question, CallOrigin origin, Deadline end) {
      this.question = question;
      this.origin = origin;
      this.end = end;
    }

    void call() {
      whenDone(ask(question, ownKey, origin, end), this::give, this::fail);
    }

    private void give(AuthenticateResponse response) {
      reply.complete(new Reply.Answered(response));
    }

    private void fail(Throwable thrown) {
      reply.complete(new Reply.Failed(Failures.ofOwnCall(thrown, origin)));
    }

    @Override
    public void answered(AuthenticateResponse response) {
      attempts.answered();
      give(response);
    }

    @Override
    public void refused(AuthenticateError error) {
      if (Errors.codeOf(error.getReason()) != Status.Code.UNAVAILABLE) {
        fail(Failures.thrown(error, origin));
        return;
      }
      attempts.failed();
      if (attempts.allowAnother()) {
        call();
      } else {
        fail(Status.UNAVAILABLE.asRuntimeException());
      }
    }

    @Override
    public void unanswered() {
      attempts.failed();
      call();
    }

    @Override
    public void ended() {
      // One fault, of however many questions: each is asked once more, which cannot grow.
      call();
    }
  }

  /** Asks on behalf of a caller, with their key in the place of the edge's own. */
  public CompletionStage<Reply> authenticateFor(
      Secret caller, AuthenticateRequest request, CallOrigin origin) {
    return reply(
        ask(
            request,
            ServiceCredential.of(caller),
            origin,
            Deadline.after(deadline.toNanos(), TimeUnit.NANOSECONDS)),
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
      AuthenticateRequest request, CallCredentials credentials, CallOrigin origin, Deadline end) {
    AuthenticationServiceFutureStub stub = prepared(authentication, credentials, origin);
    return attempts.call(end, stop -> stub.withDeadline(stop).authenticate(request));
  }

  private static <S extends AbstractStub<S>> S prepared(
      S stub, CallCredentials credentials, CallOrigin origin) {
    return stub.withCallCredentials(credentials)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(origin.headers()));
  }

  private static <A, R> CompletionStage<R> reply(
      ListenableFuture<A> answer, Function<A, R> onSuccess, Function<Throwable, R> onFailure) {
    CompletableFuture<R> reply = new CompletableFuture<>();
    whenDone(
        answer,
        answered -> reply.complete(onSuccess.apply(answered)),
        thrown -> reply.complete(onFailure.apply(thrown)));
    return reply;
  }

  private static <A> void whenDone(
      ListenableFuture<A> answer, Consumer<A> onSuccess, Consumer<Throwable> onFailure) {
    Futures.addCallback(
        answer,
        new FutureCallback<>() {
          @Override
          public void onSuccess(A answered) {
            onSuccess.accept(answered);
          }

          @Override
          public void onFailure(Throwable thrown) {
            onFailure.accept(thrown);
          }
        },
        MoreExecutors.directExecutor());
  }
}
