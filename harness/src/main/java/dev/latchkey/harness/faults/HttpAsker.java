package dev.latchkey.harness.faults;

import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Asks an edge whether a key may pass, as a gateway does with its client's key. */
final class HttpAsker implements Asker {
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;

  private final String name;
  private final URI uri;
  private final Duration limit;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  HttpAsker(String name, String target, Duration limit) {
    this.name = name;
    this.uri = URI.create("http://" + target + "/api/v1/authorize?scope=" + Ground.SCOPE);
    this.limit = limit;
  }

  @Override
  public CompletableFuture<CallAnswer> ask(Secret key) {
    HttpRequest request =
        HttpRequest.newBuilder(uri).timeout(limit).header("X-API-Key", key.reveal()).build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle(HttpAsker::answer);
  }

  private static CallAnswer answer(
      @Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
    if (response == null) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      return new CallAnswer.Failed(
          cause == null ? "no answer" : cause.getClass().getSimpleName(),
          cause instanceof IOException);
    }
    return switch (response.statusCode()) {
      case OK -> new CallAnswer.Allowed();
      case UNAUTHORIZED, FORBIDDEN, TOO_MANY ->
          new CallAnswer.Denied("HTTP " + response.statusCode());
      case UNAVAILABLE -> new CallAnswer.Failed("HTTP 503", true);
      default -> new CallAnswer.Failed("HTTP " + response.statusCode(), false);
    };
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
