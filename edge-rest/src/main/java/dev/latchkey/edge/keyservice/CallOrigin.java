package dev.latchkey.edge.keyservice;

import dev.latchkey.kit.grpc.RequestIds;
import io.grpc.Metadata;
import java.util.Optional;

/**
 * The HTTP request that a call is made for.
 *
 * @param requestId goes along as {@code x-request-id}
 * @param clientAddress the client's address as the edge finds it, past trusted proxies; goes along
 *     as {@code x-latchkey-client-address}, for the audit log
 * @param traceparent goes along as {@code traceparent}, where there is one
 */
public record CallOrigin(String requestId, String clientAddress, Optional<String> traceparent) {
  private static final Metadata.Key<String> CLIENT_ADDRESS =
      Metadata.Key.of("x-latchkey-client-address", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /** What goes along, as metadata. */
  public Metadata headers() {
    Metadata headers = new Metadata();
    headers.put(RequestIds.METADATA, requestId);
    headers.put(CLIENT_ADDRESS, clientAddress);
    traceparent.ifPresent(value -> headers.put(TRACEPARENT, value));
    return headers;
  }
}
