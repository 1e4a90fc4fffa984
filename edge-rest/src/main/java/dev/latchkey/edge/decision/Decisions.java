package dev.latchkey.edge.decision;

import dev.latchkey.edge.answer.Answer;
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
  public CompletionStage<Answer> ifAllowed(
      Exchange exchange, AuthenticateRequest question, Function<Allowed, Answer> answer) {
    return callers.withCredential(
        exchange,
        credential ->
            decide(
                exchange,
                credential,
                question,
                allowed ->
                    CompletableFuture.completedFuture(withLimits(answer.apply(allowed), allowed))));
  }

  /** Goes on with a route's work only for a key that is allowed; says nothing of its limits. */
  public CompletionStage<Answer> admit(
      Exchange exchange,
      Secret credential,
      AuthenticateRequest question,
      Supplier<CompletionStage<Answer>> work) {
    return decide(exchange, credential, question, _ -> work.get());
  }

  private CompletionStage<Answer> decide(
      Exchange exchange,
      Secret credential,
      AuthenticateRequest question,
      Function<Allowed, CompletionStage<Answer>> work) {
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

  private CompletionStage<Answer> answer(
      AuthenticateResponse response,
      Exchange exchange,
      Function<Allowed, CompletionStage<Answer>> work) {
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

  private CompletionStage<Answer> refuse(Problem problem, Exchange exchange) {
    return CompletableFuture.completedFuture(problems.write(problem, exchange.requestId()));
  }

  private static Answer withLimits(Answer answer, Allowed allowed) {
    return answer.with(
        RateLimitFields.of(allowed.getLimitsList(), allowed.getCreditsList()).headers());
  }
}
