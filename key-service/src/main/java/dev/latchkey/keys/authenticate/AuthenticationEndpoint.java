package dev.latchkey.keys.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.grpc.RequestIds;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.stream.Streams;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Serves Authenticate on the event loop itself. A credential that is in memory is answered there
 * and then; one that is not is read on another thread, and nobody waits for it here.
 */
@Singleton
final class AuthenticationEndpoint {
  private static final int LARGEST_BATCH = 1_000;
  private static final int MOST_STREAMS = 1_000;

  private final Decisions decisions;
  private final Credentials credentials;
  private final StreamCallers callers;
  private final Streams streams;
  private final Semaphore free = new Semaphore(MOST_STREAMS);

  AuthenticationEndpoint(
      Decisions decisions, Credentials credentials, StreamCallers callers, Streams streams) {
    this.decisions = decisions;
    this.credentials = credentials;
    this.callers = callers;
    this.streams = streams;
  }

  /** Decides on one credential; the request is an {@code AuthenticateRequest}. */
  void authenticate(byte[] request, StreamObserver<Answer> observer) {
    Step step;
    try {
      step = decisions.begin(request);
    } catch (InvalidProtocolBufferException e) {
      fail(observer, ApiException.notWellFormed());
      return;
    } catch (RuntimeException refusal) {
      fail(observer, refusal);
      return;
    }
    switch (step) {
      case Answer answer -> {
        observer.onNext(answer);
        observer.onCompleted();
      }
      case Step unfinished -> complete(observer, Decisions.end(unfinished), Function.identity());
    }
  }

  /** Decides on credentials as they come, each in an {@code AuthenticateStreamRequest}. */
  StreamObserver<byte[]> authenticateStream(StreamObserver<StreamAnswer> observer) {
    ServerCallStreamObserver<StreamAnswer> out = (ServerCallStreamObserver<StreamAnswer>) observer;
    AuthenticateSession session =
        new AuthenticateSession(out, decisions, callers.watch(), this::ended);
    if (free.tryAcquire()) {
      streams.add(session);
      session.start();
    } else {
      session.refuse(ApiException.overloaded());
    }
    return session;
  }

  private void ended(AuthenticateSession session) {
    streams.remove(session);
    free.release();
  }

  /** Decides on many credentials; the request is an {@link AuthenticateBatchRequest}. */
  void authenticateBatch(byte[] request, StreamObserver<AnswerBatch> observer) {
    List<Asked> asked;
    try {
      asked = readBatch(AuthenticateBatchRequest.parseFrom(request));
    } catch (InvalidProtocolBufferException e) {
      fail(observer, ApiException.notWellFormed());
      return;
    } catch (RuntimeException refusal) {
      fail(observer, refusal);
      return;
    }
    // All are looked up at once; then each draws from limits and credits in its turn.
    List<CompletableFuture<Lookup>> lookups =
        asked.stream().map(one -> credentials.find(one.credential().reveal())).toList();
    Batch batch = new Batch(asked, lookups, new ArrayList<>(asked.size()));
    complete(
        observer,
        CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new))
            .thenCompose(found -> inTurn(batch)),
        AnswerBatch::new);
  }

  /** A request of a batch. */
  private record Asked(Secret credential, KeptAsk ask) {}

  /** A batch, its look-ups, which are done, and the answers so far. */
  private record Batch(
      List<Asked> asked, List<CompletableFuture<Lookup>> lookups, List<Answer> answers) {}

  private CompletableFuture<List<Answer>> inTurn(Batch batch) {
    List<Answer> answers = batch.answers();
    while (answers.size() < batch.asked().size()) {
      int next = answers.size();
      Lookup lookup = batch.lookups().get(next).join();
      switch (decisions.decide(batch.asked().get(next).ask(), lookup)) {
        case Answer answer -> answers.add(answer);
        case Step unfinished -> {
          return Decisions.end(unfinished)
              .thenCompose(
                  answer -> {
                    answers.add(answer);
                    return inTurn(batch);
                  });
        }
      }
    }
    return CompletableFuture.completedFuture(answers);
  }

  private static List<Asked> readBatch(AuthenticateBatchRequest request) {
    Fields in = new Fields();
    int size = request.getRequestsCount();
    if (size < 1 || size > LARGEST_BATCH) {
      in.refuse("requests", size + " requests", "1 to " + LARGEST_BATCH);
      in.check();
    }
    AskReader reader = new AskReader();
    List<Asked> asked = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      reader.read(request.getRequests(i), "requests[" + i + "].", in);
      asked.add(new Asked(reader.credential(), reader.kept()));
    }
    in.check();
    return asked;
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
    observer.onError(Errors.toStatus(failure, RequestIds.orNew(RequestIds.current())));
  }
}
