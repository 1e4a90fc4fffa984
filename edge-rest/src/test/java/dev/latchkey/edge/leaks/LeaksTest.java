package dev.latchkey.edge.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.CapturedLog;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeManagement;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc;
import dev.latchkey.proto.keys.v1.ReportLeakedKeyRequest;
import dev.latchkey.proto.keys.v1.RevokeHeldKeyRequest;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strangers may tell: it reaches key-service, tells them nothing, and costs little. */
final class LeaksTest {
  private static final String REPORT = "/api/v1/leaked-keys";
  private static final String REVOKE = "/api/v1/me/revoke";
  private static final String ACCEPTED = "{\"status\":\"accepted\"}";
  private static final String KEY = TestKeys.key("leaked");

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture =
        EdgeFixture.start(
            Map.of("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1", "LATCHKEY_REPORTS_PER_MINUTE", "100"));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void forget() {
    fixture.management().reset();
  }

  @Test
  void report_needsNoKey_andIsPassedOnUnderTheEdgesOwn() {
    HttpResponse<String> response =
        fixture.post(
            REPORT,
            "{\"credential\":\"%s\",\"source\":\"https://paste.example/1\",\"note\":\"n\"}"
                .formatted(KEY),
            "X-Request-Id",
            "r-1",
            "X-Forwarded-For",
            "203.0.113.7");

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.body()).isEqualTo(ACCEPTED);
    FakeManagement.Call call = fixture.management().calls().getFirst();
    assertThat(call.request())
        .isEqualTo(
            ReportLeakedKeyRequest.newBuilder()
                .setCredential(KEY)
                .setSource("https://paste.example/1")
                .setNote("n")
                .build());
    assertThat(call.header("authorization")).isEqualTo("Bearer " + TestKeys.EDGE);
    assertThat(call.header("x-request-id")).isEqualTo("r-1");
    assertThat(call.header("x-latchkey-client-address")).isEqualTo("203.0.113.7");
  }

  @Test
  void holder_revokesTheKeyOfTheUsualHeaders() {
    HttpResponse<String> response =
        fixture.post(REVOKE, "{\"note\":\"lost a laptop\"}", "Authorization", "Bearer " + KEY);
    HttpResponse<String> bare = fixture.post(REVOKE, "", "X-API-Key", TestKeys.key("other"));

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.body()).isEqualTo(ACCEPTED);
    assertThat(bare.statusCode()).isEqualTo(202);
    assertThat(fixture.management().calls())
        .extracting(FakeManagement.Call::request)
        .containsExactly(
            RevokeHeldKeyRequest.newBuilder().setCredential(KEY).setNote("lost a laptop").build(),
            RevokeHeldKeyRequest.newBuilder().setCredential(TestKeys.key("other")).build());
    assertThat(fixture.management().calls())
        .allSatisfy(
            call -> assertThat(call.header("authorization")).isEqualTo("Bearer " + TestKeys.EDGE));
  }

  @Test
  void revocationWithoutKey_is401_andWithTwo400_andACredentialInTheBodyIsNotTaken() {
    assertThat(fixture.post(REVOKE, "{}").statusCode()).isEqualTo(401);
    assertThat(
            fixture.post(REVOKE, "{}", "X-API-Key", "a", "Authorization", "Bearer b").statusCode())
        .isEqualTo(400);
    assertThat(
            fixture
                .post(REVOKE, "{\"credential\":\"%s\"}".formatted(KEY), "X-API-Key", "a")
                .statusCode())
        .isEqualTo(400);
    assertThat(fixture.management().calls()).isEmpty();
  }

  @Test
  void whatKeyServiceCannotTake_is400_andNoDecision503() {
    fixture
        .management()
        .when(
            LeakServiceGrpc.getReportLeakedKeyMethod(),
            FakeManagement.Behaviour.failing(
                Errors.toStatus(ApiException.invalid("credential", "missing"), "r")));
    HttpResponse<String> response = fixture.post(REPORT, "{}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("{\"field\":\"credential\",");

    for (Status status :
        List.of(Status.PERMISSION_DENIED, Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED)) {
      fixture
          .management()
          .when(
              LeakServiceGrpc.getReportLeakedKeyMethod(),
              FakeManagement.Behaviour.failing(status.asRuntimeException()));
      assertThat(fixture.post(REPORT, "{}").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void text_isInNoLog_whateverBecomesOfIt() {
    try (CapturedLog log = new CapturedLog()) {
      fixture.post(REPORT, "{\"credential\":\"%s\"}".formatted(KEY));
      fixture.post(REPORT, "{\"credential\":\"%s\",}".formatted(KEY));
      fixture.post(REPORT, "{\"%s\":1}".formatted(KEY));
      fixture.post(REVOKE, "{}", "X-API-Key", KEY);
      fixture
          .management()
          .when(
              LeakServiceGrpc.getReportLeakedKeyMethod(),
              FakeManagement.Behaviour.failing(
                  Status.INTERNAL.withDescription(KEY).asRuntimeException()));
      fixture.post(REPORT, "{\"credential\":\"%s\"}".formatted(KEY));

      assertThat(log.text())
          .contains("route=/api/v1/leaked-keys status=202", "route=/api/v1/me/revoke status=202")
          .doesNotContain(KEY);
    }
  }

  @Test
  void flood_is429_forItsAddressOnly_andIsNotPassedOn() {
    String flooder = "198.51.100.1";
    for (int i = 0; i < 100; i++) {
      fixture.post(REPORT, "{", "X-Forwarded-For", flooder);
    }

    HttpResponse<String> refused =
        fixture.post(REPORT, "{\"credential\":\"x\"}", "X-Forwarded-For", flooder);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"rate_limited\"");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.headers().firstValue("RateLimit-Policy")).hasValue("\"reports\";q=100;w=60");
    assertThat(refused.headers().firstValue("RateLimit")).hasValue("\"reports\";r=0;t=1");
    assertThat(fixture.management().calls()).isEmpty();
    assertThat(
            fixture
                .post(REPORT, "{\"credential\":\"x\"}", "X-Forwarded-For", "198.51.100.2")
                .statusCode())
        .isEqualTo(202);
  }

  @Test
  void addressesOfOneIpv6Subscriber_shareALimit() {
    AddressLimit limit = new AddressLimit(3);

    assertThat(
            IntStream.range(0, 4)
                .mapToObj(i -> limit.take(InetAddress.ofLiteral("2001:db8:0:1::" + i)).isEmpty()))
        .containsExactly(true, true, true, false);
    assertThat(limit.take(InetAddress.ofLiteral("2001:db8:0:2::1"))).isEmpty();
    assertThat(limit.take(InetAddress.ofLiteral("192.0.2.1"))).isEmpty();
    assertThat(limit.take(InetAddress.ofLiteral("192.0.2.2"))).isEmpty();
  }
}
