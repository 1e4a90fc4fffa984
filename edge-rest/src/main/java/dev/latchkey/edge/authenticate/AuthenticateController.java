package dev.latchkey.edge.authenticate;

import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.http.Bodies;
import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.json.MessageReader;
import dev.latchkey.edge.json.Reading;
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
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Passes a question about a key on to key-service, under the asker's own credential: whether they
 * may ask is for key-service to say.
 */
@Controller("/api/v1/authenticate")
final class AuthenticateController {
  private static final MessageReader<AuthenticateRequest> QUESTION =
      MessageReader.of(AuthenticateRequest.getDefaultInstance());

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
    Exchange exchange = Exchange.of(request);
    return callers
        .withCredential(
            exchange,
            caller -> Bodies.bytes(request).thenCompose(body -> answer(caller, body, exchange)))
        .thenApply(Answer::response);
  }

  private CompletionStage<Answer> answer(Secret caller, byte[] body, Exchange exchange) {
    return switch (QUESTION.read(body)) {
      case Reading.Read<AuthenticateRequest>(AuthenticateRequest question, var _) ->
          ask(caller, question, exchange).thenApply(reply -> answer(reply, exchange));
      case Reading.Refused<AuthenticateRequest>(List<FieldViolation> violations) ->
          CompletableFuture.completedFuture(
              problems.write(
                  Problem.invalid("The body cannot be taken.", violations), exchange.requestId()));
    };
  }

  private CompletionStage<Reply> ask(
      Secret caller, AuthenticateRequest question, Exchange exchange) {
    return keyService.authenticateFor(
        caller,
        question,
        new CallOrigin(
            exchange.requestId(),
            exchange.clientAddress().getHostAddress(),
            exchange.traceparent()));
  }

  private Answer answer(Reply reply, Exchange exchange) {
    return switch (reply) {
      case Reply.Answered(AuthenticateResponse response) ->
          Answer.json(200, ResponseJson.write(response));
      case Reply.Failed(Problem problem) -> problems.write(problem, exchange.requestId());
    };
  }
}
