package dev.latchkey.edge.http;

import dev.latchkey.edge.address.ForwardedFor;
import dev.latchkey.edge.problem.ProblemWriter;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.netty.NettyHttpRequest;
import org.jspecify.annotations.Nullable;

/** Opens and closes the {@link Exchange} of every request, also of those that no route takes. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ExchangeFilter {
  private static final String REQUEST_ID = "X-Request-Id";

  private final ForwardedFor forwardedFor;
  private final ProblemWriter problems;
  private final RequestLog log;

  ExchangeFilter(ForwardedFor forwardedFor, ProblemWriter problems, RequestLog log) {
    this.forwardedFor = forwardedFor;
    this.problems = problems;
    this.log = log;
  }

  /** Answers at once what the {@link RequestGate} refused; null lets the request go on. */
  @RequestFilter
  @Nullable HttpResponse<?> begin(HttpRequest<?> request) {
    Exchange exchange =
        Exchange.begin(
            request,
            forwardedFor.client(
                request.getRemoteAddress().getAddress(),
                request.getHeaders().getAll("X-Forwarded-For")));
    if (!(nativeRequest(request) instanceof RefusedRequest refused)) {
      return null;
    }
    MutableHttpResponse<?> response = problems.write(refused.problem(), exchange.requestId());
    return refused.endsConnection() ? response.header(HttpHeaders.CONNECTION, "close") : response;
  }

  @ResponseFilter
  void end(HttpRequest<?> request, MutableHttpResponse<?> response) {
    Exchange exchange = Exchange.of(request);
    response.header(REQUEST_ID, exchange.requestId());
    // Every answer depends on a credential or on the moment; none is for a cache.
    response.header(HttpHeaders.CACHE_CONTROL, "no-store");
    response.header("X-Content-Type-Options", "nosniff");
    log.record(exchange, request, response.code());
  }

  private static Object nativeRequest(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty ? netty.getNativeRequest() : request;
  }
}
