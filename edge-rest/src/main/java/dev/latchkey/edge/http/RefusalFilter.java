package dev.latchkey.edge.http;

import dev.latchkey.edge.problem.ProblemWriter;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the {@link RequestGate} refused. A filter of its own behind {@link ExchangeFilter}:
 * Micronaut shows an answer only to the filters before the one that gave it.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class RefusalFilter {
  private final ProblemWriter problems;

  RefusalFilter(ProblemWriter problems) {
    this.problems = problems;
  }

  /** Null lets the request go on. */
  @RequestFilter
  @Nullable HttpResponse<?> refuse(HttpRequest<?> request) {
    if (!(NativeRequests.of(request) instanceof RefusedRequest refused)) {
      return null;
    }
    MutableHttpResponse<?> response =
        problems.write(refused.problem(), Exchange.of(request).requestId()).response();
    return refused.endsConnection() ? response.header(HttpHeaders.CONNECTION, "close") : response;
  }
}
