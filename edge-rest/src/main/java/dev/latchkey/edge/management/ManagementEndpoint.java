package dev.latchkey.edge.management;

import com.google.protobuf.Message;
import dev.latchkey.edge.http.Bodies;
import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.management.RequestMaker.Made;
import dev.latchkey.edge.management.ServiceCalls.Outcome;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.secret.Secret;
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
  private final Map<Route, RequestMaker> makers =
      Operations.ALL.stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  operation -> new Route(operation.method(), operation.template()),
                  RequestMaker::new));
  private final Callers callers;
  private final ServiceCalls services;
  private final ProblemWriter problems;

  ManagementEndpoint(Callers callers, ServiceCalls services, ProblemWriter problems) {
    this.callers = callers;
    this.services = services;
    this.problems = problems;
  }

  @Executable
  CompletionStage<HttpResponse<?>> answer(HttpRequest<?> request) {
    return callers.withCredential(
        request,
        caller -> Bodies.bytes(request).thenCompose(body -> answer(request, caller, body)));
  }

  private CompletionStage<HttpResponse<?>> answer(
      HttpRequest<?> request, Secret caller, byte[] body) {
    UriRouteMatch<?, ?> match =
        (UriRouteMatch<?, ?>) RouteAttributes.getRouteMatch(request).orElseThrow();
    RequestMaker maker = maker(match);
    Exchange exchange = Exchange.of(request);
    RequestMaker.Parts parts =
        new RequestMaker.Parts(
            texts(match.getVariableValues()), exchange.rawQuery(), request.getHeaders());
    return switch (maker.make(parts, body)) {
      case Made.Request(Message message) ->
          services
              .call(
                  maker.operation(),
                  message,
                  caller,
                  new CallOrigin(exchange.requestId(), exchange.traceparent()))
              .thenApply(outcome -> answer(maker.operation(), outcome, exchange));
      case Made.Refused(List<FieldViolation> violations) ->
          CompletableFuture.completedFuture(
              problems.write(
                  Problem.invalid("The request has fields that cannot be taken.", violations),
                  exchange.requestId()));
    };
  }

  private HttpResponse<?> answer(Operation operation, Outcome outcome, Exchange exchange) {
    return switch (outcome) {
      case Outcome.Answered(Message answer) -> Answers.of(operation, answer);
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
