package dev.latchkey.edge.leaks;

import com.google.protobuf.Message;
import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.http.Bodies;
import dev.latchkey.edge.http.Callers;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.json.MessageReader;
import dev.latchkey.edge.json.Reading;
import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.keyservice.KeyServiceClient;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemCode;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.edge.ratelimit.RateLimitFields;
import dev.latchkey.edge.ratelimit.WholeSeconds;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.keys.v1.ReportLeakedKeyRequest;
import dev.latchkey.proto.keys.v1.RevokeHeldKeyRequest;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Passes on, under the edge's own key, what somebody says of a key that they have in hand. Every
 * text gets the same answer: nobody learns here whether it is a key.
 */
@Controller("/api/v1")
final class LeakController {
  private static final byte[] ACCEPTED =
      "{\"status\":\"accepted\"}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOTHING_SAID = "{}".getBytes(StandardCharsets.UTF_8);

  private static final MessageReader<ReportLeakedKeyRequest> REPORT =
      MessageReader.of(ReportLeakedKeyRequest.getDefaultInstance());

  /** The credential comes in the usual headers. */
  private static final MessageReader<RevokeHeldKeyRequest> REVOCATION =
      MessageReader.of(
          RevokeHeldKeyRequest.getDefaultInstance(),
          List.of(RevokeHeldKeyRequest.getDescriptor().findFieldByName("note")),
          false);

  private final Callers callers;
  private final KeyServiceClient keyService;
  private final AddressLimit limit;
  private final ProblemWriter problems;

  LeakController(
      Callers callers, KeyServiceClient keyService, AddressLimit limit, ProblemWriter problems) {
    this.callers = callers;
    this.keyService = keyService;
    this.limit = limit;
    this.problems = problems;
  }

  @Post("/leaked-keys")
  CompletionStage<HttpResponse<?>> report(HttpRequest<?> request) {
    return withinLimit(request, () -> tell(request, REPORT, keyService::reportLeak))
        .thenApply(Answer::response);
  }

  @Post("/me/revoke")
  CompletionStage<HttpResponse<?>> revoke(HttpRequest<?> request) {
    return withinLimit(
            request,
            () ->
                callers.withCredential(
                    Exchange.of(request),
                    credential ->
                        tell(
                            request,
                            REVOCATION,
                            (message, origin) ->
                                keyService.revokeHeld(credential, message, origin))))
        .thenApply(Answer::response);
  }

  private <M extends Message> CompletionStage<Answer> tell(
      HttpRequest<?> request,
      MessageReader<M> reader,
      BiFunction<M, CallOrigin, CompletionStage<Optional<Problem>>> call) {
    Exchange exchange = Exchange.of(request);
    CallOrigin origin =
        new CallOrigin(
            exchange.requestId(),
            exchange.clientAddress().getHostAddress(),
            exchange.traceparent());
    return Bodies.bytes(request)
        .thenCompose(
            body ->
                switch (reader.read(body.length == 0 ? NOTHING_SAID : body)) {
                  case Reading.Read<M>(M message, var _) -> call.apply(message, origin);
                  case Reading.Refused<M>(List<FieldViolation> violations) ->
                      CompletableFuture.completedFuture(
                          Optional.of(Problem.invalid("The body cannot be taken.", violations)));
                })
        .thenApply(problem -> answer(problem, exchange));
  }

  private Answer answer(Optional<Problem> problem, Exchange exchange) {
    return problem.isPresent()
        ? problems.write(problem.get(), exchange.requestId())
        : Answer.json(202, ACCEPTED);
  }

  private CompletionStage<Answer> withinLimit(
      HttpRequest<?> request, Supplier<CompletionStage<Answer>> work) {
    Exchange exchange = Exchange.of(request);
    Optional<Duration> wait = limit.take(exchange.clientAddress());
    return wait.isEmpty()
        ? work.get()
        : CompletableFuture.completedFuture(
            problems.write(tooMany(wait.get()), exchange.requestId()));
  }

  private Problem tooMany(Duration wait) {
    long seconds = Math.max(1, WholeSeconds.of(wait));
    RateLimitFields fields =
        RateLimitFields.ofTexts(
            "\"reports\";q=%d;w=60".formatted(limit.perMinute()),
            "\"reports\";r=0;t=%d".formatted(seconds));
    return Problem.of(ProblemCode.RATE_LIMITED, "Too many requests from this address.")
        .withAll(fields.headers())
        .with("Retry-After", Long.toString(seconds));
  }
}
