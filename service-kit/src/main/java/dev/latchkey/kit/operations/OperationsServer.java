package dev.latchkey.kit.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The HTTP listener for operators, apart from the service's own port: {@code /health/liveness},
 * {@code /health/readiness} and {@code /metrics} (Prometheus text format). Not meant to be reached
 * from outside.
 */
public final class OperationsServer implements AutoCloseable {
  private static final String JSON = "application/json";

  private final HttpServer server;
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;

  private OperationsServer(
      HttpServer server, Readiness readiness, PrometheusMeterRegistry metrics) {
    this.server = server;
    this.readiness = readiness;
    this.metrics = metrics;
  }

  /** Starts listening. */
  public static OperationsServer start(
      String host, int port, Readiness readiness, PrometheusMeterRegistry metrics) {
    try {
      HttpServer http = HttpServer.create(new InetSocketAddress(host, port), 16);
      OperationsServer operations = new OperationsServer(http, readiness, metrics);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/health/liveness", operations::liveness);
      http.createContext("/health/readiness", operations::readiness);
      http.createContext("/metrics", operations::metrics);
      http.start();
      return operations;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on %s:%d".formatted(host, port), e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void liveness(HttpExchange exchange) throws IOException {
    answer(exchange, 200, JSON, "{\"status\":\"UP\"}");
  }

  private void readiness(HttpExchange exchange) throws IOException {
    if (readiness.isReady()) {
      answer(exchange, 200, JSON, "{\"status\":\"UP\"}");
      return;
    }
    String waiting =
        readiness.obstacles().entrySet().stream()
            .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
    answer(exchange, 503, JSON, "{\"status\":\"DOWN\",\"waiting_for\":%s}".formatted(waiting));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
