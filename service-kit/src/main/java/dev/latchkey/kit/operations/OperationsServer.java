package dev.latchkey.kit.operations;

import com.google.common.base.Suppliers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * The HTTP listener for operators, apart from the service's own port: {@code /health/liveness},
 * {@code /health/readiness} and {@code /metrics} (Prometheus text format). Not meant to be reached
 * from outside.
 */
public final class OperationsServer implements AutoCloseable {
  /**
   * The JDK's server reads its limits from system properties, once, and has none by itself. In
   * connections and seconds; an operator's own values hold.
   */
  private static final Map<String, String> LIMITS =
      Map.of(
          "jdk.httpserver.maxConnections", "200",
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "30",
          "sun.net.httpserver.idleInterval", "30",
          "sun.net.httpserver.maxIdleConnections", "50",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.maxReqHeaderSize", "16384");

  static {
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  private static final int BACKLOG = 16;
  private static final String JSON = "application/json";

  private final HttpServer server;
  private final Readiness readiness;
  private final Supplier<PrometheusMeterRegistry> metrics;

  private OperationsServer(
      HttpServer server, Readiness readiness, PrometheusMeterRegistry metrics) {
    this.server = server;
    this.readiness = readiness;
    this.metrics =
        Suppliers.memoize(
            () -> {
              Metrics.ofProcess(metrics);
              return metrics;
            });
  }

  /**
   * Starts listening.
   *
   * @param tls what to protect the connections with; none for plain text
   */
  public static OperationsServer start(
      String host,
      int port,
      Optional<SSLContext> tls,
      Readiness readiness,
      PrometheusMeterRegistry metrics) {
    try {
      HttpServer http = create(new InetSocketAddress(host, port), tls);
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

  private static HttpServer create(InetSocketAddress address, Optional<SSLContext> tls)
      throws IOException {
    if (tls.isEmpty()) {
      return HttpServer.create(address, BACKLOG);
    }
    HttpsServer https = HttpsServer.create(address, BACKLOG);
    https.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
    return https;
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
    answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get().scrape());
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
