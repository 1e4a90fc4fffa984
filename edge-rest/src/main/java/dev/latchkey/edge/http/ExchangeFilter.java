package dev.latchkey.edge.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/**
 * Opens and closes the {@link Exchange} of every request that the framework takes, also of those
 * that no route takes.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ExchangeFilter {
  private final Exchanges exchanges;
  private final CommonFields fields;
  private final RequestLog log;

  ExchangeFilter(Exchanges exchanges, CommonFields fields, RequestLog log) {
    this.exchanges = exchanges;
    this.fields = fields;
    this.log = log;
  }

  @RequestFilter
  void begin(HttpRequest<?> request) {
    exchanges
        .begin(NativeRequests.of(request), NativeRequests.connection(request))
        .attachTo(request);
  }

  @ResponseFilter
  void end(HttpRequest<?> request, MutableHttpResponse<?> response) {
    Exchange exchange = Exchange.of(request);
    fields.forEach(exchange, response::header);
    log.record(exchange, request, response.code());
  }
}
