package dev.latchkey.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.EdgeFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Clients that trickle their requests, on both listeners; others are answered meanwhile. All at
 * once, for they do nothing but wait.
 */
@Execution(ExecutionMode.CONCURRENT)
final class SlowClientsTest {
  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void trickledRequestLine_isClosed() throws IOException {
    assertThat(closedWhileTrickling(fixture.edge().port(), "", "GET /" + "a".repeat(4_000)))
        .isTrue();
  }

  @Test
  void trickledHeaders_areClosed() throws IOException {
    assertThat(
            closedWhileTrickling(
                fixture.edge().port(),
                "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-A: ",
                "a".repeat(4_000)))
        .isTrue();
  }

  @Test
  void manyRequestsWithoutAnAnswer_closeTheConnection() throws IOException {
    String many =
        "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-API-Key: x\r\n\r\n"
            .repeat(RequestClock.MOST_PIPELINED * 20);
    assertThat(closedWhileTrickling(fixture.edge().port(), many, "")).isTrue();
  }

  @Test
  void trickledRequestToOperations_isClosed() throws IOException {
    assertThat(
            closedWhileTrickling(
                fixture.edge().operationsPort(), "GET /metrics", "a".repeat(4_000)))
        .isTrue();
  }

  /** Whether the server closes within 25 seconds, while a byte comes every tenth of a second. */
  private static boolean closedWhileTrickling(int port, String first, String trickle)
      throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(25).toNanos();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(100);
      socket.getOutputStream().write(first.getBytes(StandardCharsets.US_ASCII));
      int sent = 0;
      while (System.nanoTime() < end) {
        try {
          if (socket.getInputStream().read() < 0) {
            return true;
          }
        } catch (SocketTimeoutException e) {
          if (sent % 10 == 0) {
            assertThat(fixture.get("/health/liveness").statusCode()).isLessThan(500);
          }
          if (sent < trickle.length()) {
            socket.getOutputStream().write(trickle.charAt(sent));
          }
          sent++;
        }
      }
      return false;
    } catch (SocketException e) {
      return true;
    }
  }
}
