package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.Demand;
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
import java.time.InstantSource;
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

  private final Credentials credentials;
  private final DecisionMetrics metrics;
  private final InstantSource clock;

  AuthenticationEndpoint(Credentials credentials, DecisionMetrics metrics, InstantSource clock) {
    this.credentials = credentials;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
    Demand demand;
    try {
      requireWellFormed(request, MALFORMED);
      Fields in = new Fields();
      demand = AuthenticateMessages.demand(request, "", in);
      in.check();
    } catch (RuntimeException refusal) {
      fail(observer, refusal);
      return;
    }
    Lookup lookup = credentials.ifPresent(request.getCredential());
    if (lookup != null) {
      observer.onNext(answer(lookup, demand));
      observer.onCompleted();
      return;
    }
    complete(
        observer,
        credentials.find(request.getCredential()).thenApply(found -> answer(found, demand)),
        Function.identity());
  }

  @Override
  public void authenticateBatch(
      AuthenticateBatchRequest request, StreamObserver<AuthenticateBatchResponse> observer) {
    List<Demand> demand;
    try {
      requireWellFormed(request, MALFORMED_BATCH);
      demand = readBatch(request);
    } catch (RuntimeException refusal) {
      fail(observer, refusal);
      return;
    }
    List<CompletableFuture<AuthenticateResponse>> answers = new ArrayList<>();
    for (int i = 0; i < demand.size(); i++) {
      Demand own = demand.get(i);
      answers.add(
          credentials
              .find(request.getRequests(i).getCredential())
              .thenApply(found -> answer(found, own)));
    }
    complete(
        observer,
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)),
        done ->
            AuthenticateBatchResponse.newBuilder()
                .addAllResponses(answers.stream().map(CompletableFuture::join).toList())
                .build());
  }

  @SuppressWarnings("ReferenceEquality") // An empty request is not a malformed one.
  private static <Q> void requireWellFormed(Q request, Q malformed) {
    if (request == malformed) {
      throw ApiException.invalid(
          "request", "not well-formed (expected: a protobuf message, texts in UTF-8)");
    }
  }

  private static List<Demand> readBatch(AuthenticateBatchRequest request) {
    Fields in = new Fields();
    int size = request.getRequestsCount();
    if (size < 1 || size > LARGEST_BATCH) {
      in.refuse("requests", size + " requests", "1 to " + LARGEST_BATCH);
      in.check();
    }
    List<Demand> demand = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      demand.add(AuthenticateMessages.demand(request.getRequests(i), "requests[" + i + "].", in));
    }
    in.check();
    return demand;
  }

  private AuthenticateResponse answer(Lookup lookup, Demand demand) {
    return switch (lookup) {
      case Lookup.Refused refused -> {
        metrics.denied(refused.reason());
        yield AuthenticateMessages.denied(Decision.denied(refused.reason()));
      }
      case Lookup.Found found -> {
        long now = clock.millis();
        Decision decision = Decider.decide(found.key(), demand, now);
        found.meter().count(decision, demand.client(), now);
        yield switch (decision) {
          case Decision.Allowed allowed -> {
            metrics.allowed();
            yield found.allowed(allowed.rights());
          }
          case Decision.Denied denied -> {
            metrics.denied(denied.reason());
            yield AuthenticateMessages.denied(denied);
          }
        };
      }
    };
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
