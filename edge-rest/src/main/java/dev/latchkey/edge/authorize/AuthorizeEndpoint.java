package dev.latchkey.edge.authorize;

import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.http.Exchange;
import io.micronaut.context.annotation.Executable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/** Takes to {@link AuthorizeRoute} the requests that are not plain. */
@Singleton
final class AuthorizeEndpoint {
  private final AuthorizeRoute route;

  AuthorizeEndpoint(AuthorizeRoute route) {
    this.route = route;
  }

  @Executable
  CompletionStage<HttpResponse<?>> answer(HttpRequest<?> request) {
    return route.answer(Exchange.of(request)).thenApply(Answer::response);
  }
}
