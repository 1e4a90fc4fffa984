package dev.latchkey.edge.keyservice;

import dev.latchkey.kit.grpc.RequestIds;
import io.grpc.Metadata;
import java.util.Optional;

/**
 * The HTTP request that a call is made for.
 *
 * @param requestId goes along as {@code x-request-id}
 * @param traceparent goes along as {@code traceparent}, where there is one
 */
public record CallOrigin(String requestId, Optional<String> traceparent) {
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /** What goes along, as metadata. */
  public Metadata headers() {
    Metadata headers = new Metadata();
    headers.put(RequestIds.METADATA, requestId);
    traceparent.ifPresent(value -> headers.put(TRACEPARENT, value));
    return headers;
  }
}
