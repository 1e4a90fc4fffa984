package dev.latchkey.edge.management;

import com.google.protobuf.Message;
import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.decision.Decisions;
import dev.latchkey.edge.http.Bodies;
import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.management.RequestMaker.Made;
import dev.latchkey.edge.management.ServiceCalls.Outcome;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import io.micronaut.context.annotation.Executable;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.UriRouteMatch;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Answers every route of {@link Operations}: who calls is read before what they ask, and whether
 * they may ask it is for the service to say.
 */
@Singleton
final class ManagementEndpoint {
  /** Asked before a large body is read, and for nothing: key-service asks it again, and more. */
  private static final AuthenticateRequest MAY_IMPORT =
      AuthenticateRequest.newBuilder().addRequiredScopes(Scopes.KEYS_WRITE).setCost(0).build();

  private final Map<Route, RequestMaker> makers =
      Operations.ALL.stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  operation -> new Route(operation.method(), operation.template()),
                  RequestMaker::new));
  private final Callers callers;
  private final Decisions decisions;
  private final ServiceCalls services;
  private final ProblemWriter problems;

  ManagementEndpoint(
      Callers callers, Decisions decisions, ServiceCalls services, ProblemWriter problems) {
    this.callers = callers;
    this.decisions = decisions;
    this.services = services;
    this.problems = problems;
  }

  @Executable
  CompletionStage<HttpResponse<?>> answer(HttpRequest<?> request) {
    UriRouteMatch<?, ?> match =
        (UriRouteMatch<?, ?>) RouteAttributes.getRouteMatch(request).orElseThrow();
    Asked asked = new Asked(request, maker(match), texts(match.getVariableValues()));
    Exchange exchange = Exchange.of(request);
    return callers
        .withCredential(
            exchange,
            caller ->
                asked.maker().operation().isLarge()
                    ? decisions.admit(
                        exchange, caller, MAY_IMPORT, () -> readAndCall(asked, caller))
                    : readAndCall(asked, caller))
        .thenApply(Answer::response);
  }

  /** One request that came for one route. */
  private record Asked(HttpRequest<?> request, RequestMaker maker, Map<String, String> path) {}

  private CompletionStage<Answer> readAndCall(Asked asked, Secret caller) {
    return Bodies.bytes(asked.request()).thenCompose(body -> call(asked, caller, body));
  }

  private CompletionStage<Answer> call(Asked asked, Secret caller, byte[] body) {
    Exchange exchange = Exchange.of(asked.request());
    Operation operation = asked.maker().operation();
    RequestMaker.Parts parts =
        new RequestMaker.Parts(asked.path(), exchange.rawQuery(), asked.request().getHeaders());
    CallOrigin origin =
        new CallOrigin(
            exchange.requestId(),
            exchange.clientAddress().getHostAddress(),
            exchange.traceparent());
    return switch (asked.maker().make(parts, body)) {
      case Made.Request(Message message) ->
          services
              .call(operation, message, caller, origin)
              .thenApply(outcome -> answer(operation, outcome, exchange));
      case Made.Refused(List<FieldViolation> violations) ->
          CompletableFuture.completedFuture(
              problems.write(
                  Problem.invalid("The request has fields that cannot be taken.", violations),
                  exchange.requestId()));
    };
  }

  private Answer answer(Operation operation, Outcome outcome, Exchange exchange) {
    return switch (outcome) {
      case Outcome.Answered(Message answer, Map<String, String> limits) ->
          Answers.of(operation, answer).with(limits);
      case Outcome.Failed(Problem problem) -> problems.write(problem, exchange.requestId());
    };
  }

  private RequestMaker maker(UriRouteMatch<?, ?> match) {
    HttpMethod method = match.getRouteInfo().getHttpMethod();
    Route route =
        new Route(
            method == HttpMethod.HEAD ? HttpMethod.GET : method,
            match.getRouteInfo().getUriMatchTemplate().toPathString());
    RequestMaker maker = makers.get(route);
    if (maker == null) {
      throw new IllegalStateException("no operation for " + route);
    }
    return maker;
  }

  private static Map<String, String> texts(Map<String, Object> variables) {
    return variables.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey, variable -> String.valueOf(variable.getValue())));
  }

  private record Route(HttpMethod method, String template) {}
}
