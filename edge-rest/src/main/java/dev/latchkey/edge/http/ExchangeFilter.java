package dev.latchkey.edge.http;

import dev.latchkey.edge.address.ForwardedFor;
import dev.latchkey.kit.operations.Readiness;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.net.InetAddress;

/** Opens and closes the {@link Exchange} of every request, also of those that no route takes. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ExchangeFilter {
  private static final String REQUEST_ID = "X-Request-Id";

  private final ForwardedFor forwardedFor;
  private final RequestLog log;
  private final Readiness readiness;
  private final DateField date = new DateField();

  ExchangeFilter(ForwardedFor forwardedFor, RequestLog log, Readiness readiness) {
    this.forwardedFor = forwardedFor;
    this.log = log;
    this.readiness = readiness;
  }

  @RequestFilter
  void begin(HttpRequest<?> request) {
    InetAddress client =
        forwardedFor.client(
            request.getRemoteAddress().getAddress(),
            request.getHeaders().getAll("X-Forwarded-For"));
    Exchange.begin(request, client);
  }

  @ResponseFilter
  void end(HttpRequest<?> request, MutableHttpResponse<?> response) {
    Exchange exchange = Exchange.of(request);
    response.header(HttpHeaders.DATE, date.now());
    response.header(REQUEST_ID, exchange.requestId());
    // Every answer depends on a credential or on the moment; none is for a cache.
    response.header(HttpHeaders.CACHE_CONTROL, "no-store");
    response.header("X-Content-Type-Options", "nosniff");
    if (readiness.isDraining()) {
      // The client's next request goes to another edge, and none is lost on this connection.
      response.header(HttpHeaders.CONNECTION, "close");
    }
    log.record(exchange, request, response.code());
  }
}
