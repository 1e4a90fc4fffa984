package dev.latchkey.harness.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Plain GETs of the operations ports, where not answering is an answer too. */
final class Http {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private Http() {}

  /** The status of the answer; 0 for none. */
  static int status(String url) {
    return get(url).map(HttpResponse::statusCode).orElse(0);
  }

  /** The body of the answer; empty for none. */
  static String body(String url) {
    return get(url).map(HttpResponse::body).orElse("");
  }

  private static Optional<HttpResponse<String>> get(String url) {
    try {
      return Optional.of(
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
