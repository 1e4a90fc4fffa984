package dev.latchkey.edge.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.CloseableAvailableByteBody;
import java.util.concurrent.CompletionStage;

/** The bytes of requests, before anybody takes them for JSON. */
public final class Bodies {
  private Bodies() {}

  /** All of a body, none if there is no body. Fails where there are more than may be. */
  public static CompletionStage<byte[]> bytes(HttpRequest<?> request) {
    return ((ServerHttpRequest<?>) request)
        .byteBody()
        .buffer()
        .thenApply(CloseableAvailableByteBody::toByteArray);
  }
}
