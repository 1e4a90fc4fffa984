package dev.latchkey.edge.decision;

import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.keyservice.Denials;
import dev.latchkey.edge.keyservice.KeyServiceClient;
import dev.latchkey.edge.keyservice.Reply;
import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.edge.ratelimit.RateLimitFields;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Has key-service decide on a request's own key, with the edge's key, and answers every denial by
 * the error table. Whatever is no decision to allow lets nothing through. Safe for use by many
 * threads.
 */
@Singleton
public final class Decisions {
  private final Callers callers;
  private final KeyServiceClient keyService;
  private final ProblemWriter problems;

  Decisions(Callers callers, KeyServiceClient keyService, ProblemWriter problems) {
    this.callers = callers;
    this.keyService = keyService;
    this.problems = problems;
  }

  /**
   * Answers with what is made of the decision, and with how the key stands with its limits.
   *
   * @param question what is asked beside the credential and the client's address
   */
  public CompletionStage<HttpResponse<?>> ifAllowed(
      HttpRequest<?> request,
      AuthenticateRequest question,
      Function<Allowed, MutableHttpResponse<?>> answer) {
    return callers.withCredential(
        request,
        credential ->
            decide(
                request,
                credential,
                question,
                allowed ->
                    CompletableFuture.completedFuture(withLimits(answer.apply(allowed), allowed))));
  }

  /** Goes on with a route's work only for a key that is allowed; says nothing of its limits. */
  public CompletionStage<HttpResponse<?>> admit(
      HttpRequest<?> request,
      Secret credential,
      AuthenticateRequest question,
      Supplier<CompletionStage<HttpResponse<?>>> work) {
    return decide(request, credential, question, _ -> work.get());
  }

  private CompletionStage<HttpResponse<?>> decide(
      HttpRequest<?> request,
      Secret credential,
      AuthenticateRequest question,
      Function<Allowed, CompletionStage<HttpResponse<?>>> work) {
    Exchange exchange = Exchange.of(request);
    String client = exchange.clientAddress().getHostAddress();
    return keyService
        .decide(
            credential,
            question.toBuilder().setClientAddress(client).build(),
            new CallOrigin(exchange.requestId(), client, exchange.traceparent()))
        .thenComposeAsync(
            reply ->
                switch (reply) {
                  case Reply.Answered(AuthenticateResponse response) ->
                      answer(response, exchange, work);
                  case Reply.Failed(Problem problem) -> refuse(problem, exchange);
                },
            exchange.connection());
  }

  private CompletionStage<HttpResponse<?>> answer(
      AuthenticateResponse response,
      Exchange exchange,
      Function<Allowed, CompletionStage<HttpResponse<?>>> work) {
    return switch (response.getDecisionCase()) {
      case ALLOWED -> {
        exchange.identify(response.getAllowed().getKey().getId());
        yield work.apply(response.getAllowed());
      }
      case DENIED -> {
        exchange.identify(response.getDenied().getKeyId());
        yield refuse(Denials.of(response.getDenied()), exchange);
      }
      case DECISION_NOT_SET -> refuse(CredentialProblems.INVALID, exchange);
    };
  }

  private CompletionStage<HttpResponse<?>> refuse(Problem problem, Exchange exchange) {
    return CompletableFuture.completedFuture(problems.write(problem, exchange.requestId()));
  }

  private static HttpResponse<?> withLimits(MutableHttpResponse<?> response, Allowed allowed) {
    RateLimitFields.of(allowed.getLimitsList(), allowed.getCreditsList())
        .headers()
        .forEach(response::header);
    return response;
  }
}
