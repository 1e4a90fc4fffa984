package dev.latchkey.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.CapturedLog;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.TestKeys;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests as no well-behaved client sends them, byte for byte on a raw socket. */
final class HostileHttpTest {
  private static final String KEY = TestKeys.key("hostile");
  private static final String END = "Host: x\r\nConnection: close\r\n\r\n";

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        refused("bad percent-encoding", "GET /api/%zz HTTP/1.1\r\n" + END, 400, "invalid_request"),
        refused("cut percent-encoding", "GET /api/% HTTP/1.1\r\n" + END, 400, "invalid_request"),
        refused("NUL in the path", "GET /a\0b HTTP/1.1\r\n" + END, 400, "invalid_request"),
        refused("encoded NUL in the path", "GET /a%00b HTTP/1.1\r\n" + END, 404, "not_found"),
        refused("Latin-1 in the path", "GET /\u00e4 HTTP/1.1\r\n" + END, 404, "not_found"),
        refused("no slash", "GET me HTTP/1.1\r\n" + END, 400, "invalid_request"),
        refused("two slashes", "GET //api/v1/me HTTP/1.1\r\n" + END, 404, "not_found"),
        refused("dots", "GET /api/../../etc/passwd HTTP/1.1\r\n" + END, 404, "not_found"),
        refused("connect", "CONNECT host:443 HTTP/1.1\r\n" + END, 400, "invalid_request"),
        refused("asterisk", "OPTIONS * HTTP/1.1\r\n" + END, 404, "not_found"),
        refused("no HTTP", "\u0016\u0003\u0001\r\n\r\n", 400, "invalid_request"),
        refused("no version", "GET /\r\n\r\n", 400, "invalid_request"),
        refused("unknown version", "GET / HTTP/x\r\n\r\n", 400, "invalid_request"),
        refused("no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "invalid_request"),
        refused("two hosts", "GET / HTTP/1.1\r\nHost: a\r\n" + END, 400, "invalid_request"),
        refused(
            "NUL in a header",
            "GET /api/v1/me HTTP/1.1\r\nX-API-Key: a\0b\r\n" + END,
            400,
            "invalid_request"),
        refused("no header name", "GET / HTTP/1.1\r\n: x\r\n" + END, 400, "invalid_request"),
        refused(
            "blank before the colon",
            "GET / HTTP/1.1\r\nX-API-Key : x\r\n" + END,
            400,
            "invalid_request"),
        refused(
            "headers too large",
            "GET / HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n" + END,
            431,
            "headers_too_large"),
        refused(
            "line too long",
            "GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n" + END,
            414,
            "uri_too_long"),
        refused(
            "target too long",
            "GET /" + "a".repeat(4_096) + " HTTP/1.1\r\n" + END,
            414,
            "uri_too_long"),
        refused(
            "length that is none",
            "POST /api/v1/authenticate HTTP/1.1\r\nContent-Length: x\r\n" + END,
            400,
            "invalid_request"),
        refused(
            "two lengths",
            "POST /api/v1/authenticate HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n"
                + END,
            400,
            "invalid_request"),
        refused(
            "web socket",
            "GET /api/v1/me HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + END,
            401,
            "missing_api_key"),
        refused(
            "key in the query",
            "GET /api/v1/me?x=%s HTTP/1.1\r\nX-API-Key: %s\r\n".formatted(KEY, KEY) + END,
            401,
            "api_key_in_url"),
        refused(
            "key behind bad percent-encoding",
            "GET /%%zz?%%%s HTTP/1.1\r\n".formatted(KEY) + END,
            401,
            "api_key_in_url"),
        refused(
            "key in the path", "GET /%s HTTP/1.1\r\n".formatted(KEY) + END, 401, "api_key_in_url"),
        refused(
            "key in the body's URL",
            "POST /api/v1/authenticate?token=x HTTP/1.1\r\nContent-Length: 2\r\n" + END + "{}",
            401,
            "api_key_in_url"));
  }

  private static Arguments refused(String what, String request, int status, String code) {
    return Arguments.of(what, request, status, code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void hostileRequest_getsAProblemDocument_andLeavesNoTrace(
      String what, String request, int status, String code) {
    try (CapturedLog log = new CapturedLog()) {
      String answer = fixture.raw(request);

      assertThat(answer).startsWith("HTTP/1.1 %d ".formatted(status));
      assertThat(answer)
          .containsIgnoringCase("\r\ncontent-type: application/problem+json\r\n")
          .containsIgnoringCase("\r\nx-request-id: ")
          .contains("\"code\":\"%s\"".formatted(code))
          .doesNotContain("Exception");
      assertThat(log.text())
          .contains("status=" + status)
          .doesNotContain("Exception")
          .doesNotContain(KEY)
          .doesNotContain("passwd");
    }
  }

  @Test
  void absoluteForm_isTakenLikeOriginForm() {
    assertThat(fixture.raw("GET http://example.com/health/liveness HTTP/1.1\r\n" + END))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void refusals_keepTheirOrderOnAConnection() {
    String answers =
        fixture.raw(
            "GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n"
                + "POST /a?token=x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
                + "GET /health/liveness HTTP/1.1\r\n"
                + END);

    assertThat(Stream.of(answers.split("HTTP/1.1 ", -1)).skip(1).map(part -> part.substring(0, 3)))
        .containsExactly("200", "401", "200");
  }

  @Test
  void http10_needsNoHost() {
    assertThat(fixture.raw("GET /health/liveness HTTP/1.0\r\n\r\n")).contains(" 200 ");
  }
}
