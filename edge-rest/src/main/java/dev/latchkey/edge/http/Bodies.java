package dev.latchkey.edge.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import java.util.concurrent.CompletionStage;

/** The bytes of requests, before anybody takes them for JSON. */
public final class Bodies {
  private Bodies() {}

  /**
   * All of a body, none if there is no body. Fails where there are more than its path takes, and
   * keeps no more than that of it.
   */
  public static CompletionStage<byte[]> bytes(HttpRequest<?> request) {
    BoundedBytes bytes = new BoundedBytes(HttpLimits.body(request.getPath()));
    ((ServerHttpRequest<?>) request).byteBody().toByteArrayPublisher().subscribe(bytes);
    return bytes.all();
  }
}
