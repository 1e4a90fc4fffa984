package dev.latchkey.edge.authorize;

import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.decision.Decisions;
import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.http.FastRoute;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers whether a request with this key may pass: 200 with whose key it is, for the gateway to
 * pass on, or the denial for the gateway to give back.
 */
@Singleton
final class AuthorizeRoute implements FastRoute {
  static final String PATH = "/api/v1/authorize";

  private final Callers callers;
  private final Decisions decisions;
  private final ProblemWriter problems;
  private final JsonMapper json;

  AuthorizeRoute(Callers callers, Decisions decisions, ProblemWriter problems, JsonMapper json) {
    this.callers = callers;
    this.decisions = decisions;
    this.problems = problems;
    this.json = json;
  }

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public CompletionStage<Answer> answer(Exchange exchange) {
    return switch (Question.read(exchange)) {
      case Question.Asked(AuthenticateRequest question) ->
          decisions.ifAllowed(exchange, question, this::allowed);
      // Who asks comes before what is wrong with the question.
      case Question.Refused(List<FieldViolation> violations) ->
          callers.withCredential(
              exchange,
              _ ->
                  CompletableFuture.completedFuture(
                      problems.write(
                          Problem.invalid(
                              "The request has fields that cannot be taken.", violations),
                          exchange.requestId())));
    };
  }

  private Answer allowed(Allowed allowed) {
    Principal principal = Principal.of(allowed);
    try {
      return Answer.json(200, json.writeValueAsBytes(principal)).with(principal.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
