package dev.latchkey.edge.http;

import java.util.Map;

/** How much of a request is read, in bytes, and how Micronaut is told. */
public final class HttpLimits {
  /** The request target: path and query. */
  static final int TARGET = 4 << 10;

  static final int HEADERS = 16 << 10;
  static final int BODY = 64 << 10;

  /** Room for the method and the version around the longest target. */
  private static final int REQUEST_LINE = TARGET + 64;

  private HttpLimits() {}

  /** The limits as Micronaut's settings. */
  public static Map<String, Object> asMicronautSettings() {
    return Map.of(
        "micronaut.server.max-request-size", BODY,
        "micronaut.server.netty.max-header-size", HEADERS,
        "micronaut.server.netty.max-initial-line-length", REQUEST_LINE,
        // A connection that says nothing for this long is closed, also in the middle of a request.
        "micronaut.server.idle-timeout", "30s",
        // A compressed body would be bounded only once it is unpacked.
        "micronaut.server.netty.request-decompression-enabled", false);
  }
}
