package dev.latchkey.edge.authenticate;

import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.keyservice.KeyServiceClient;
import dev.latchkey.edge.keyservice.Reply;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.body.CloseableAvailableByteBody;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Passes a question about a key on to key-service, under the asker's own credential: whether they
 * may ask is for key-service to say.
 */
@Controller("/api/v1/authenticate")
final class AuthenticateController {
  private final Callers callers;
  private final KeyServiceClient keyService;
  private final ProblemWriter problems;

  AuthenticateController(Callers callers, KeyServiceClient keyService, ProblemWriter problems) {
    this.callers = callers;
    this.keyService = keyService;
    this.problems = problems;
  }

  @Post
  CompletionStage<HttpResponse<?>> authenticate(HttpRequest<?> request) {
    return callers.withCredential(
        request,
        caller -> body(request).thenCompose(body -> answer(caller, body, Exchange.of(request))));
  }

  /** The body's bytes, none if there is no body. Fails where there are more than may be. */
  private static CompletionStage<byte[]> body(HttpRequest<?> request) {
    return ((ServerHttpRequest<?>) request)
        .byteBody()
        .buffer()
        .thenApply(CloseableAvailableByteBody::toByteArray);
  }

  private CompletionStage<HttpResponse<?>> answer(Secret caller, byte[] body, Exchange exchange) {
    return switch (RequestJson.read(body)) {
      case RequestReading.Read(AuthenticateRequest question) ->
          ask(caller, question, exchange).thenApply(reply -> answer(reply, exchange));
      case RequestReading.Refused(List<FieldViolation> violations) ->
          CompletableFuture.completedFuture(
              problems.write(
                  Problem.invalid("The body cannot be taken.", violations), exchange.requestId()));
    };
  }

  private CompletionStage<Reply> ask(
      Secret caller, AuthenticateRequest question, Exchange exchange) {
    return keyService.authenticateFor(
        caller, question, new CallOrigin(exchange.requestId(), exchange.traceparent()));
  }

  private HttpResponse<?> answer(Reply reply, Exchange exchange) {
    return switch (reply) {
      case Reply.Answered(AuthenticateResponse response) ->
          HttpResponse.ok(ResponseJson.write(response));
      case Reply.Failed(Problem problem) -> problems.write(problem, exchange.requestId());
    };
  }
}
