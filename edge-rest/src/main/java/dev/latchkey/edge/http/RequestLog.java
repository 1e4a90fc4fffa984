package dev.latchkey.edge.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.UriRouteMatch;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

  /** Those used so far: finding one in the registry costs more than all else that is done here. */
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  private record Series(String method, String route, int status) {}

  RequestLog(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /** Records the answer to a request of the framework's. */
  void record(Exchange exchange, HttpRequest<?> request, int status) {
    // Anything may stand in the place of the method; only the known ones are worth a series.
    HttpMethod known = request.getMethod();
    String method = known == HttpMethod.CUSTOM ? "other" : known.name();
    record(exchange, method, route(request), status);
  }

  /**
   * Records the answer to a request.
   *
   * @param method one of a few
   * @param route the template of its route
   */
  void record(Exchange exchange, String method, String route, int status) {
    Duration elapsed = Duration.ofNanos(exchange.elapsedNanos());
    timers.computeIfAbsent(new Series(method, route, status), this::timer).record(elapsed);
    if (!route.startsWith(HEALTH) && LOG.isInfoEnabled()) {
      String keyId = exchange.keyId();
      // Put together here: a template with seven places costs more than the rest of the record.
      LOG.info(
          "method="
              + method
              + " route="
              + route
              + " status="
              + status
              + " duration_ms="
              + elapsed.toMillis()
              + " request_id="
              + exchange.requestId()
              + " client="
              + exchange.clientAddress().getHostAddress()
              + " key_id="
              + (keyId.isEmpty() ? "-" : keyId));
    }
  }

  private Timer timer(Series series) {
    return Timer.builder("latchkey.edge.requests")
        .description("Requests by route and status.")
        .tags(
            "method",
            series.method,
            "route",
            series.route,
            "status",
            Integer.toString(series.status))
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(25),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2))
        .register(metrics);
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
