package dev.latchkey.edge.health;

import dev.latchkey.kit.operations.Readiness;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/**
 * Health on the port that load balancers know. What is waited for is told on the operations port
 * only: it names hosts and files.
 */
@Controller("/health")
final class HealthController {
  private static final String UP = "{\"status\":\"UP\"}";
  private static final String DOWN = "{\"status\":\"DOWN\"}";

  private final Readiness readiness;

  HealthController(Readiness readiness) {
    this.readiness = readiness;
  }

  @Get("/liveness")
  HttpResponse<?> liveness() {
    return HttpResponse.ok(UP);
  }

  @Get("/readiness")
  HttpResponse<?> readiness() {
    return readiness.isReady()
        ? HttpResponse.ok(UP)
        : HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE).body(DOWN);
  }
}
