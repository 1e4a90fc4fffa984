package dev.latchkey.edge.me;

import dev.latchkey.edge.decision.Decisions;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.concurrent.CompletionStage;

/** Answers a key's own question: who am I here? */
@Controller("/api/v1/me")
final class MeController {
  private final Decisions decisions;

  MeController(Decisions decisions) {
    this.decisions = decisions;
  }

  @Get
  CompletionStage<HttpResponse<?>> me(HttpRequest<?> request) {
    return decisions.ifAllowed(
        request,
        AuthenticateRequest.getDefaultInstance(),
        allowed -> HttpResponse.ok(MeJson.of(allowed, Exchange.of(request).clientAddress())));
  }
}
