package dev.latchkey.edge.me;

import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.keyservice.Denials;
import dev.latchkey.edge.keyservice.KeyServiceClient;
import dev.latchkey.edge.keyservice.Reply;
import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.concurrent.CompletionStage;

/** Answers a key's own question: who am I here? */
@Controller("/api/v1/me")
final class MeController {
  private final Callers callers;
  private final KeyServiceClient keyService;
  private final ProblemWriter problems;

  MeController(Callers callers, KeyServiceClient keyService, ProblemWriter problems) {
    this.callers = callers;
    this.keyService = keyService;
    this.problems = problems;
  }

  @Get
  CompletionStage<HttpResponse<?>> me(HttpRequest<?> request) {
    Exchange exchange = Exchange.of(request);
    return callers.withCredential(
        request,
        credential -> ask(credential, exchange).thenApply(reply -> answer(reply, exchange)));
  }

  private CompletionStage<Reply> ask(Secret credential, Exchange exchange) {
    return keyService.authenticate(
        AuthenticateRequest.newBuilder()
            .setCredential(credential.reveal())
            .setClientAddress(exchange.clientAddress().getHostAddress())
            .build(),
        new CallOrigin(exchange.requestId(), exchange.traceparent()));
  }

  private HttpResponse<?> answer(Reply reply, Exchange exchange) {
    return switch (reply) {
      case Reply.Answered(AuthenticateResponse response) -> decided(response, exchange);
      case Reply.Failed(Problem problem) -> problems.write(problem, exchange.requestId());
    };
  }

  private HttpResponse<?> decided(AuthenticateResponse response, Exchange exchange) {
    return switch (response.getDecisionCase()) {
      case ALLOWED -> {
        exchange.identify(response.getAllowed().getKey().getId());
        yield HttpResponse.ok(Me.of(response.getAllowed(), exchange.clientAddress()));
      }
      case DENIED -> {
        exchange.identify(response.getDenied().getKeyId());
        yield problems.write(Denials.of(response.getDenied()), exchange.requestId());
      }
      case DECISION_NOT_SET -> problems.write(CredentialProblems.INVALID, exchange.requestId());
    };
  }
}
