package dev.latchkey.edge.authorize;

import dev.latchkey.edge.decision.Decisions;
import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import io.micronaut.context.annotation.Executable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers whether a request with this key may pass: 200 with whose key it is, for the gateway to
 * pass on, or the denial for the gateway to give back.
 */
@Singleton
final class AuthorizeEndpoint {
  private final Callers callers;
  private final Decisions decisions;
  private final ProblemWriter problems;

  AuthorizeEndpoint(Callers callers, Decisions decisions, ProblemWriter problems) {
    this.callers = callers;
    this.decisions = decisions;
    this.problems = problems;
  }

  @Executable
  CompletionStage<HttpResponse<?>> answer(HttpRequest<?> request) {
    Exchange exchange = Exchange.of(request);
    return switch (Question.read(exchange.rawQuery(), request.getHeaders())) {
      case Question.Asked(AuthenticateRequest question) ->
          decisions.ifAllowed(request, question, AuthorizeEndpoint::allowed);
      // Who asks comes before what is wrong with the question.
      case Question.Refused(List<FieldViolation> violations) ->
          callers.withCredential(
              request,
              _ ->
                  CompletableFuture.completedFuture(
                      problems.write(
                          Problem.invalid(
                              "The request has fields that cannot be taken.", violations),
                          exchange.requestId())));
    };
  }

  private static MutableHttpResponse<?> allowed(Allowed allowed) {
    Principal principal = Principal.of(allowed);
    MutableHttpResponse<Principal> response = HttpResponse.ok(principal);
    principal.headers().forEach(response::header);
    return response;
  }
}
