package dev.latchkey.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load generator of the edge's benchmarks. */
class HttpLoadTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int CONNECTIONS = 8;
  private static final byte[] BODY = "{\"status\":200}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final AtomicInteger asked = new AtomicInteger();
  private int failAt = Integer.MAX_VALUE;
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(asked.incrementAndGet() == failAt ? 503 : 200, BODY.length);
          exchange.getResponseBody().write(BODY);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  @Test
  void everyAnswer_isCounted() {
    try (HttpLoad load = load()) {
      Figures figures = load.run(SHORT);

      assertThat(load.answers()).isEqualTo(asked.get()).isGreaterThanOrEqualTo(CONNECTIONS);
      assertThat(figures.callsPerSecond()).isPositive();
    }
  }

  @Test
  void oneAnswerThatIsNot200_failsTheRun() {
    failAt = 20;
    try (HttpLoad load = load()) {
      assertThatThrownBy(() -> load.run(Duration.ofSeconds(20)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not 200: HTTP/1.1 503");
    }
  }

  @Test
  void aServerThatIsGone_failsTheRun() {
    server.stop(0);
    try (HttpLoad load = load()) {
      assertThatThrownBy(() -> load.run(SHORT)).isInstanceOf(IllegalStateException.class);
    }
  }

  private HttpLoad load() {
    return new HttpLoad(
        "http://127.0.0.1:" + server.getAddress().getPort(), List.of(REQUEST), CONNECTIONS);
  }
}
