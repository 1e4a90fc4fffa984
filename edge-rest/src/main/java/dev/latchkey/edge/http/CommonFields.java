package dev.latchkey.edge.http;

import dev.latchkey.kit.operations.Readiness;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.util.AsciiString;
import jakarta.inject.Singleton;
import java.util.function.BiConsumer;

/** The header fields that every answer of the edge has. Safe for use by many threads. */
@Singleton
final class CommonFields {
  private static final AsciiString REQUEST_ID = AsciiString.cached("X-Request-Id");
  private static final AsciiString NO_STORE = AsciiString.cached("no-store");
  private static final AsciiString CONTENT_TYPE_OPTIONS =
      AsciiString.cached("X-Content-Type-Options");
  private static final AsciiString NOSNIFF = AsciiString.cached("nosniff");

  private final Readiness readiness;
  private final DateField date = new DateField();

  CommonFields(Readiness readiness) {
    this.readiness = readiness;
  }

  /** Gives each to a taker. */
  void forEach(Exchange exchange, BiConsumer<CharSequence, CharSequence> taker) {
    taker.accept(HttpHeaderNames.DATE, date.now());
    taker.accept(REQUEST_ID, new AsciiString(exchange.requestId()));
    // Every answer depends on a credential or on the moment; none is for a cache.
    taker.accept(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
    taker.accept(CONTENT_TYPE_OPTIONS, NOSNIFF);
    if (isLastOfConnection()) {
      taker.accept(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
  }

  /**
   * Whether connections end with their next answer: the client's next request goes to another edge,
   * and none is lost on this connection.
   */
  boolean isLastOfConnection() {
    return readiness.isDraining();
  }
}
