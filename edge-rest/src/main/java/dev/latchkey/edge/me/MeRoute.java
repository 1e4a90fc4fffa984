package dev.latchkey.edge.me;

import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.decision.Decisions;
import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.http.FastRoute;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/** Answers a key's own question: who am I here? */
@Singleton
final class MeRoute implements FastRoute {
  static final String PATH = "/api/v1/me";

  private final Decisions decisions;

  MeRoute(Decisions decisions) {
    this.decisions = decisions;
  }

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public CompletionStage<Answer> answer(Exchange exchange) {
    return decisions.ifAllowed(
        exchange,
        AuthenticateRequest.getDefaultInstance(),
        allowed -> Answer.json(200, MeJson.of(allowed, exchange.clientAddress())));
  }
}
