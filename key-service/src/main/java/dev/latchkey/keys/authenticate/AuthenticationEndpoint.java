package dev.latchkey.keys.authenticate;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.grpc.RequestIds;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateBatchResponse;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Bean;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Serves Authenticate on the event loop itself. A credential that is in memory is answered there
 * and then; one that is not is read on another thread, and nobody waits for it here.
 */
@Singleton
@Bean(typed = AuthenticationEndpoint.class)
public class AuthenticationEndpoint
    extends AuthenticationServiceGrpc.AuthenticationServiceImplBase {
  /** What stands for bytes that are no request; see {@link RequestMarshaller}. */
  static final AuthenticateRequest MALFORMED = AuthenticateRequest.newBuilder().build();

  /** The same for a batch. */
  static final AuthenticateBatchRequest MALFORMED_BATCH =
      AuthenticateBatchRequest.newBuilder().build();

  private static final int LARGEST_BATCH = 1_000;

  /** More rounds than any load can make one request take: a loop that does not end is a fault. */
  private static final int MOST_ROUNDS = 1_000;

  private final Credentials credentials;
  private final Answers answers;

  AuthenticationEndpoint(Credentials credentials, Answers answers) {
    this.credentials = credentials;
    this.answers = answers;
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
    Ask ask;
    try {
      requireWellFormed(request, MALFORMED);
      Fields in = new Fields();
      ask = AuthenticateMessages.ask(request, "", in);
      in.check();
    } catch (RuntimeException refusal) {
      fail(observer, refusal);
      return;
    }
    String credential = request.getCredential();
    Lookup lookup = credentials.ifPresent(credential);
    if (lookup == null) {
      complete(observer, decide(credential, ask, MOST_ROUNDS), Function.identity());
      return;
    }
    switch (answers.answer(lookup, ask)) {
      case Step.Answered answered -> {
        observer.onNext(answered.response());
        observer.onCompleted();
      }
      case Step unfinished ->
          complete(observer, finish(unfinished, credential, ask, MOST_ROUNDS), Function.identity());
    }
  }

  /** Decides from the start, as often as something has to be waited for on the way. */
  private CompletableFuture<AuthenticateResponse> decide(String credential, Ask ask, int rounds) {
    return credentials
        .find(credential)
        .thenCompose(found -> finish(answers.answer(found, ask), credential, ask, rounds));
  }

  /** The answer that a step leads to. */
  private CompletableFuture<AuthenticateResponse> finish(
      Step step, String credential, Ask ask, int rounds) {
    return switch (step) {
      case Step.Answered answered -> CompletableFuture.completedFuture(answered.response());
      case Step.Later later ->
          later.step().thenCompose(next -> finish(next, credential, ask, rounds));
      case Step.Waiting waiting ->
          rounds == 0
              ? CompletableFuture.failedFuture(ApiException.overloaded())
              : waiting.ready().thenCompose(ready -> decide(credential, ask, rounds - 1));
    };
  }

  @Override
  public void authenticateBatch(
      AuthenticateBatchRequest request, StreamObserver<AuthenticateBatchResponse> observer) {
    List<Ask> asks;
    try {
      requireWellFormed(request, MALFORMED_BATCH);
      asks = readBatch(request);
    } catch (RuntimeException refusal) {
      fail(observer, refusal);
      return;
    }
    // All are looked up at once; then each draws from limits and credits in its turn.
    List<CompletableFuture<Lookup>> lookups =
        request.getRequestsList().stream()
            .map(item -> credentials.find(item.getCredential()))
            .toList();
    Batch batch = new Batch(request, asks, lookups, AuthenticateBatchResponse.newBuilder());
    complete(
        observer,
        CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new))
            .thenCompose(found -> inTurn(batch)),
        AuthenticateBatchResponse.Builder::build);
  }

  /** A batch, its look-ups, which are done, and the answers so far. */
  private record Batch(
      AuthenticateBatchRequest request,
      List<Ask> asks,
      List<CompletableFuture<Lookup>> lookups,
      AuthenticateBatchResponse.Builder responses) {}

  private CompletableFuture<AuthenticateBatchResponse.Builder> inTurn(Batch batch) {
    AuthenticateBatchResponse.Builder responses = batch.responses();
    while (responses.getResponsesCount() < batch.asks().size()) {
      int next = responses.getResponsesCount();
      Ask ask = batch.asks().get(next);
      switch (answers.answer(batch.lookups().get(next).join(), ask)) {
        case Step.Answered answered -> responses.addResponses(answered.response());
        case Step unfinished -> {
          String credential = batch.request().getRequests(next).getCredential();
          return finish(unfinished, credential, ask, MOST_ROUNDS)
              .thenCompose(
                  response -> {
                    responses.addResponses(response);
                    return inTurn(batch);
                  });
        }
      }
    }
    return CompletableFuture.completedFuture(responses);
  }

  @SuppressWarnings("ReferenceEquality") // An empty request is not a malformed one.
  private static <Q> void requireWellFormed(Q request, Q malformed) {
    if (request == malformed) {
      throw ApiException.invalid(
          "request", "not well-formed (expected: a protobuf message, texts in UTF-8)");
    }
  }

  private static List<Ask> readBatch(AuthenticateBatchRequest request) {
    Fields in = new Fields();
    int size = request.getRequestsCount();
    if (size < 1 || size > LARGEST_BATCH) {
      in.refuse("requests", size + " requests", "1 to " + LARGEST_BATCH);
      in.check();
    }
    List<Ask> asks = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      asks.add(AuthenticateMessages.ask(request.getRequests(i), "requests[" + i + "].", in));
    }
    in.check();
    return asks;
  }

  private static <V, A> void complete(
      StreamObserver<A> observer, CompletableFuture<V> result, Function<V, A> toAnswer) {
    result
        .thenApply(toAnswer)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                fail(observer, failure);
              } else {
                observer.onNext(answer);
                observer.onCompleted();
              }
            })
        // Both outcomes were handled above.
        .exceptionally(handled -> null);
  }

  private static void fail(StreamObserver<?> observer, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    observer.onError(Errors.toStatus(cause, RequestIds.orNew(RequestIds.current())));
  }
}
