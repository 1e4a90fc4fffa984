package dev.latchkey.edge.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.UriRouteMatch;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log and the metrics of requests. Names a request by the template of its route, never
 * by its URL, so that neither can hold what a caller typed. Safe for use by many threads.
 */
@Singleton
final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger("access");
  private static final String UNMATCHED = "unmatched";
  private static final String HEALTH = "/health/";

  private final MeterRegistry metrics;

  RequestLog(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  void record(Exchange exchange, HttpRequest<?> request, int status) {
    String route = route(request);
    // Anything may stand in the place of the method; only the known ones are worth a series.
    HttpMethod known = request.getMethod();
    String method = known == HttpMethod.CUSTOM ? "other" : known.name();
    Duration elapsed = Duration.ofNanos(exchange.elapsedNanos());
    Timer.builder("latchkey.edge.requests")
        .description("Requests by route and status.")
        .tags("method", method, "route", route, "status", Integer.toString(status))
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(25),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2))
        .register(metrics)
        .record(elapsed);
    if (!route.startsWith(HEALTH)) {
      LOG.info(
          "method={} route={} status={} duration_ms={} request_id={} client={} key_id={}",
          method,
          route,
          status,
          elapsed.toMillis(),
          exchange.requestId(),
          exchange.clientAddress().getHostAddress(),
          exchange.keyId().isEmpty() ? "-" : exchange.keyId());
    }
  }

  private static String route(HttpRequest<?> request) {
    return RouteAttributes.getRouteMatch(request)
        .filter(UriRouteMatch.class::isInstance)
        .map(
            match ->
                ((UriRouteMatch<?, ?>) match).getRouteInfo().getUriMatchTemplate().toPathString())
        .orElse(UNMATCHED);
  }
}
