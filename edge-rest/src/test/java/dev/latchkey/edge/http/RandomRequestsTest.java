package dev.latchkey.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.CapturedLog;
import dev.latchkey.edge.testing.EdgeFixture;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent, the answer is no fault of ours. The requests are put together from parts that
 * are each trouble to some server; the seed is fixed, so a failure can be repeated.
 */
final class RandomRequestsTest {
  private static final int REQUESTS = 1_500;

  private static final List<String> METHODS =
      List.of("GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "CONNECT", "", "g\0t", "A B");
  private static final List<String> ROUTES =
      List.of("/api/v1/me", "/api/v1/authenticate", "/health/liveness");
  private static final List<String> TARGETS =
      List.of(
          "/",
          "*",
          "",
          "//",
          "/%",
          "/%2e%2e/%00",
          "/a;b=c",
          "/{x}",
          "/?a=b&&=;#",
          "http://x",
          "http://[/",
          "x:y",
          "/\u00ff\u0001",
          "/../..",
          "/?" + "a=".repeat(50));
  private static final List<String> HEADERS =
      List.of(
          "X-API-Key: k",
          "X-API-Key: l",
          "X-API-Key:",
          "Authorization: Bearer k",
          "Authorization: Bearer",
          "Authorization: \u00ff\u00fe",
          "Content-Type: application/json",
          "Content-Type: ;;;",
          "Content-Type: application/json; charset=nonsense",
          "Content-Type: multipart/form-data",
          "Content-Type: application/x-www-form-urlencoded",
          "Content-Encoding: gzip",
          "Transfer-Encoding: chunked",
          "Expect: 100-continue",
          "Expect: nonsense",
          "Accept: */*",
          "Accept: q=;;,",
          "Accept-Encoding: gzip, br;q=x",
          "Accept-Language: x;q=9",
          "Cookie: a=b; =; \u0009",
          "Origin: http://evil.example",
          "Access-Control-Request-Method: GET",
          "X-Forwarded-For: nonsense, ::1",
          "X-HTTP-Method-Override: DELETE",
          "X-Request-Id: \u00e4\u00f6",
          "traceparent: 00-x",
          "Upgrade: h2c",
          "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
          "Upgrade: websocket",
          "Range: bytes=0-",
          "If-None-Match: *");

  /** Each of these alone has a request refused before it is routed. */
  private static final List<String> FATAL_HEADERS =
      List.of(
          "Content-Length: 2\r\nContent-Length: 3",
          "Content-Length: -1",
          "Content-Length: 99999999999999999999",
          "Transfer-Encoding: gibberish",
          "Host:",
          " folded",
          "no colon",
          "Bad\u0001Name: x");

  private static final List<String> BODIES =
      List.of("", "{}", "{", "0\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", "zz\r\n", "\u001f\u008b\b\0");

  @Test
  void noRequest_isAFaultOfOurs() {
    Random random = new Random(20_261_121);
    TreeMap<String, Integer> statuses = new TreeMap<>();
    try (CapturedLog log = new CapturedLog();
        EdgeFixture fixture = EdgeFixture.start()) {
      for (int i = 0; i < REQUESTS; i++) {
        String request = request(random);

        String answer = fixture.rawHalfClosed(request);

        assertThat(answer)
            .as("request %d: %s", i, request)
            .doesNotContainPattern("(?m)^HTTP/1\\.[01] 5")
            .doesNotContain("Exception", "\tat ");
        statuses.merge(answer.isEmpty() ? "none" : answer.substring(9, 12), 1, Integer::sum);
      }
      // The requests are not all refused at the same gate, and nearly all are answered.
      assertThat(statuses)
          .containsKeys("200", "204", "400", "401", "404", "405", "406", "415")
          .satisfies(
              counts -> assertThat(counts.getOrDefault("none", 0)).isLessThan(REQUESTS / 20));
      assertThat(log.text()).doesNotContain("Exception", "ERROR");
    }
  }

  private static String request(Random random) {
    StringBuilder request = new StringBuilder();
    request.append(mostly(List.of("GET", "POST"), METHODS, random)).append(' ');
    request.append(mostly(ROUTES, TARGETS, random));
    request.append(random.nextInt(20) == 0 ? " HTTP/9.9" : " HTTP/1.1").append("\r\n");
    if (random.nextInt(20) != 0) {
      request.append("Host: x\r\n");
    }
    for (int left = random.nextInt(6); left > 0; left--) {
      request.append(mostly(HEADERS, FATAL_HEADERS, random)).append("\r\n");
    }
    return request.append("Connection: close\r\n\r\n").append(any(BODIES, random)).toString();
  }

  private static String mostly(List<String> usual, List<String> odd, Random random) {
    return any(random.nextInt(8) == 0 ? odd : usual, random);
  }

  private static String any(List<String> texts, Random random) {
    return texts.get(random.nextInt(texts.size()));
  }
}
