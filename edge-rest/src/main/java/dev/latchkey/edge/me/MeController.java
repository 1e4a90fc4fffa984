package dev.latchkey.edge.me;

import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.http.Exchange;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.concurrent.CompletionStage;

/** Takes to {@link MeRoute} the requests that are not plain. */
@Controller(MeRoute.PATH)
final class MeController {
  private final MeRoute route;

  MeController(MeRoute route) {
    this.route = route;
  }

  @Get
  CompletionStage<HttpResponse<?>> me(HttpRequest<?> request) {
    return route.answer(Exchange.of(request)).thenApply(Answer::response);
  }
}
