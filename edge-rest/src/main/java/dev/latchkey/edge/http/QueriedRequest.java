package dev.latchkey.edge.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpRequest;

/**
 * A request whose URL had a query. The query is no part of its URL any more, so nothing of the
 * framework's, and no log, can show it; routes that take one read it from the {@link Exchange}.
 */
final class QueriedRequest extends DefaultHttpRequest {
  private final String rawQuery;

  QueriedRequest(HttpRequest request, String rawQuery) {
    super(request.protocolVersion(), request.method(), request.uri(), request.headers());
    this.rawQuery = rawQuery;
  }

  /** What stood behind the question mark, as it came. */
  String rawQuery() {
    return rawQuery;
  }
}
