package dev.latchkey.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.EdgeFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The answers to requests that reach no route: all in the one format. */
final class FrameworkAnswersTest {
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
  void unknownPath_is404() {
    assertProblem(fixture.get("/nowhere", "X-Request-Id", "r-1"), 404, "not_found");
    assertProblem(fixture.get("/", "X-Request-Id", "r-1"), 404, "not_found");
    assertProblem(fixture.get("/api/v1/me/x", "X-Request-Id", "r-1"), 404, "not_found");
  }

  @Test
  void wrongMethod_is405_withTheRightOnes() {
    HttpResponse<String> response = method("/api/v1/me", "DELETE");

    assertProblem(response, 405, "method_not_allowed");
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
    assertThat(method("/api/v1/authenticate", "GET").headers().firstValue("Allow"))
        .hasValue("OPTIONS, POST");
  }

  @Test
  void unheardOfMethod_is405() {
    assertProblem(method("/api/v1/me", "BREW"), 405, "method_not_allowed");
  }

  @Test
  void options_saysWhatAPathTakes() {
    HttpResponse<String> response = method("/api/v1/me", "OPTIONS");

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
    assertThat(response.headers().firstValue("X-Request-Id")).hasValue("r-1");
    assertProblem(method("/nowhere", "OPTIONS"), 404, "not_found");
  }

  @Test
  void head_ofUnknownPath_is404WithoutBody() {
    HttpResponse<String> response = method("/nowhere", "HEAD");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("X-Request-Id")).hasValue("r-1");
  }

  @Test
  void otherMediaType_is415() {
    HttpResponse<String> response =
        fixture.send(
            "/api/v1/authenticate",
            request ->
                request
                    .headers("Content-Type", "application/xml", "X-Request-Id", "r-1")
                    .POST(BodyPublishers.ofString("<a/>")));

    assertProblem(response, 415, "unsupported_media_type");
  }

  @Test
  void mediaTypeWeCannotMake_is406() {
    assertProblem(
        fixture.get("/api/v1/me", "Accept", "text/html", "X-Request-Id", "r-1"),
        406,
        "not_acceptable");
  }

  @Test
  void mediaTypesThatAreNone_areNoFaultOfOurs() {
    assertThat(fixture.get("/api/v1/me", "Accept", ";;/,q=x").statusCode()).isBetween(400, 499);
    assertThat(
            fixture
                .send(
                    "/api/v1/authenticate",
                    request ->
                        request
                            .header("Content-Type", "/;;=\"")
                            .POST(BodyPublishers.ofString("{}")))
                .statusCode())
        .isBetween(400, 499);
  }

  @Test
  void health_isOnTheMainPortAndOnTheOperationsPort() {
    assertThat(fixture.get("/health/liveness").body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(fixture.get("/health/readiness").statusCode()).isEqualTo(200);
    assertThat(fixture.operations("/health/liveness")).isEqualTo("{\"status\":\"UP\"}");
    assertThat(fixture.operations("/health/readiness")).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void metrics_countByRouteTemplateAndStatus() {
    fixture.get("/some/where/else");
    fixture.get("/api/v1/me");
    method("/api/v1/me", "BREW");

    assertThat(fixture.operations("/metrics"))
        .contains(
            "latchkey_edge_requests_seconds_count{method=\"GET\",route=\"/api/v1/me\",service=\"edge-rest\",status=\"401\"}")
        .contains("method=\"GET\",route=\"unmatched\",service=\"edge-rest\",status=\"404\"")
        .contains("method=\"other\",route=\"unmatched\"")
        .doesNotContain("some/where")
        .doesNotContain("BREW");
  }

  private static HttpResponse<String> method(String path, String method) {
    return fixture.send(
        path,
        request -> request.header("X-Request-Id", "r-1").method(method, BodyPublishers.noBody()));
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.headers().firstValue("X-Request-Id")).hasValue("r-1");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.body())
        .contains("\"type\":\"https://latchkey.dev/errors/%s\"".formatted(code))
        .contains("\"status\":%d,".formatted(status))
        .endsWith("\"code\":\"%s\",\"request_id\":\"r-1\"}".formatted(code));
  }
}
