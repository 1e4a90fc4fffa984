package dev.latchkey.edge.http;

import java.util.Map;

/** How much of a request is read, in bytes, and how Micronaut is told. */
public final class HttpLimits {
  /** The one path that takes a large body: a batch of keys to import. */
  public static final String IMPORT_PATH = "/api/v1/imports/keys";

  /** The request target: path and query. */
  static final int TARGET = 4 << 10;

  static final int HEADERS = 16 << 10;
  static final int BODY = 64 << 10;

  /** As much as key-service takes as one message; JSON is never shorter than its message. */
  static final int IMPORT_BODY = 4 << 20;

  /** Room for the method and the version around the longest target. */
  private static final int REQUEST_LINE = TARGET + 64;

  private HttpLimits() {}

  /** How large the body of a request may be. */
  static int body(String path) {
    return path.equals(IMPORT_PATH) ? IMPORT_BODY : BODY;
  }

  /** The limits as Micronaut's settings. */
  public static Map<String, Object> asMicronautSettings() {
    return Map.of(
        // Of any body; the lower limit of most paths is kept by RequestGate and Bodies.
        "micronaut.server.max-request-size",
        IMPORT_BODY,
        "micronaut.server.netty.max-header-size",
        HEADERS,
        "micronaut.server.netty.max-initial-line-length",
        REQUEST_LINE,
        // A connection that says nothing for this long is closed, also in the middle of a request.
        "micronaut.server.idle-timeout",
        "30s",
        // Ours is written once a second (ExchangeFilter).
        "micronaut.server.date-header",
        false,
        // A compressed body would be bounded only once it is unpacked.
        "micronaut.server.netty.request-decompression-enabled",
        false);
  }
}
