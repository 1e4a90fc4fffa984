package dev.latchkey.edge.me;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.LimitState;
import io.grpc.Status;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** DESIGN.md's error table, row by row, at {@code GET /api/v1/me}. */
final class ErrorTableTest {
  private static final String BEARER = "Bearer realm=\"latchkey\"";

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  static Stream<Arguments> table() {
    String invalid = BEARER + ", error=\"invalid_token\"";
    return Stream.of(
        row("CREDENTIAL_MISSING", 401, "missing_api_key", "Missing API key", BEARER),
        row("MALFORMED", 401, "invalid_api_key", "Invalid API key", invalid),
        row("UNKNOWN", 401, "invalid_api_key", "Invalid API key", invalid),
        row("REVOKED", 401, "invalid_api_key", "Invalid API key", invalid),
        row("EXPIRED", 401, "invalid_api_key", "Invalid API key", invalid),
        row("NOT_YET_VALID", 401, "invalid_api_key", "Invalid API key", invalid),
        row("DISABLED", 401, "invalid_api_key", "Invalid API key", invalid),
        row("TENANT_DELETED", 401, "invalid_api_key", "Invalid API key", invalid),
        row("OWNER_INACTIVE", 401, "invalid_api_key", "Invalid API key", invalid),
        row("UNSPECIFIED", 401, "invalid_api_key", "Invalid API key", invalid),
        row("TENANT_SUSPENDED", 403, "tenant_suspended", "Tenant suspended", ""),
        row("API_ACCESS_DENIED", 403, "api_access_denied", "No API access", ""),
        row(
            "CLIENT_NETWORK_NOT_ALLOWED",
            403,
            "client_network_not_allowed",
            "Client network not allowed",
            ""),
        row("RATE_LIMITED", 429, "rate_limited", "Rate limited", ""),
        row("QUOTA_EXHAUSTED", 429, "quota_exhausted", "Quota exhausted", ""),
        row("RESOURCE_NOT_GRANTED", 403, "resource_not_granted", "Resource not granted", ""),
        row(
            "INSUFFICIENT_SCOPE",
            403,
            "insufficient_scope",
            "Insufficient scope",
            BEARER + ", error=\"insufficient_scope\", scope=\"chats:read memories:write\""));
  }

  private static Arguments row(
      String reason, int status, String code, String title, String challenge) {
    return Arguments.of(
        DenialReason.valueOf("DENIAL_REASON_" + reason), status, code, title, challenge);
  }

  @ParameterizedTest
  @MethodSource("table")
  void denial_isAnsweredAsTheTableSays(
      DenialReason reason, int status, String code, String title, String challenge) {
    HttpResponse<String> response = denied(reason);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).isEqualTo(challenge);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    boolean limited = status == 429;
    assertThat(response.headers().firstValue("Retry-After").orElse(""))
        .isEqualTo(limited ? "3" : "");
    assertThat(response.headers().firstValue("RateLimit-Policy").orElse(""))
        .isEqualTo(limited ? "\"data\";q=500;w=60, \"daily\";q=9000;w=86400" : "");
    assertThat(response.headers().firstValue("RateLimit").orElse(""))
        .isEqualTo(limited ? "\"data\";r=0;t=3, \"daily\";r=7;t=40000, \"credits\";r=2" : "");
    assertThat(response.headers().firstValue("X-Request-Id")).hasValue("test-1");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.body())
        .startsWith(
            "{\"type\":\"https://latchkey.dev/errors/%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\""
                .formatted(code, title, status))
        .endsWith("\",\"code\":\"%s\",\"request_id\":\"test-1\"}".formatted(code));
  }

  @ParameterizedTest
  @EnumSource(
      value = DenialReason.class,
      names = {"UNRECOGNIZED"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyReason_isInTheTable(DenialReason reason) {
    assertThat(table().map(row -> row.get()[0])).contains(reason);
  }

  @Test
  void invalidKeys_areToldApartByNothing() {
    HttpResponse<String> unknown = denied(DenialReason.DENIAL_REASON_UNKNOWN);

    assertThat(
            List.of(
                denied(DenialReason.DENIAL_REASON_MALFORMED),
                denied(DenialReason.DENIAL_REASON_REVOKED),
                denied(DenialReason.DENIAL_REASON_EXPIRED),
                denied(DenialReason.DENIAL_REASON_NOT_YET_VALID),
                denied(DenialReason.DENIAL_REASON_DISABLED),
                denied(DenialReason.DENIAL_REASON_TENANT_DELETED),
                denied(DenialReason.DENIAL_REASON_OWNER_INACTIVE),
                // Malformed already at the edge: too long for a key.
                me("x".repeat(600))))
        .allSatisfy(
            response -> {
              assertThat(response.body()).isEqualTo(unknown.body());
              assertThat(withoutDate(response.headers())).isEqualTo(withoutDate(unknown.headers()));
            });
  }

  @Test
  void invalidKey_hasTheDetailThatClientsKnow() {
    assertThat(denied(DenialReason.DENIAL_REASON_UNKNOWN).body())
        .contains("\"detail\":\"Invalid API key\"");
  }

  @Test
  void reasonFromTheFuture_isDenied() {
    String key = TestKeys.key("future");
    AuthenticateResponse response =
        AuthenticateResponse.newBuilder()
            .setDenied(Denied.newBuilder().setReasonValue(4711))
            .build();
    fixture.keyService().when(key, Behaviour.answering(response));

    assertThat(me(key).statusCode()).isEqualTo(401);
  }

  @Test
  void answerWithoutDecision_isDenied() {
    String key = TestKeys.key("undecided");
    fixture.keyService().when(key, Behaviour.answering(AuthenticateResponse.getDefaultInstance()));

    assertThat(me(key).body()).contains("\"code\":\"invalid_api_key\"");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"OK"},
      mode = EnumSource.Mode.EXCLUDE)
  void grpcFailure_isUnavailable_neverADecision(Status.Code code) {
    String key = TestKeys.key("failing" + code);
    fixture
        .keyService()
        .when(
            key, Behaviour.failing(code.toStatus().withDescription("inside").asRuntimeException()));

    HttpResponse<String> response = me(key);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(response.body()).contains("\"code\":\"unavailable\"").doesNotContain("inside");
  }

  private static HttpResponse<String> denied(DenialReason reason) {
    String key = TestKeys.key(reason.name());
    Denied denied =
        Denied.newBuilder()
            .setReason(reason)
            .setMessage("not for the client")
            .setKeyId("0198")
            .addMissingScopes("memories:write")
            .addMissingScopes("chats:read")
            .addMissingScopes("quote\"d")
            .setRetryAfter(Durations.fromMillis(2_001))
            .addLimits(limit("data", 500, 60_000, 0, 2_001))
            .addLimits(limit("daily", 9_000, 86_400_000, 7, 40_000_000))
            .addCredits(CreditState.newBuilder().setRemaining(2))
            .build();
    fixture
        .keyService()
        .when(
            key, Behaviour.answering(AuthenticateResponse.newBuilder().setDenied(denied).build()));
    HttpResponse<String> response = me(key);
    assertThat(response.body()).doesNotContain("not for the client");
    return response;
  }

  private static LimitState limit(
      String name, long amount, long windowMillis, long remaining, long resetMillis) {
    return LimitState.newBuilder()
        .setName(name)
        .setAmount(amount)
        .setWindow(Durations.fromMillis(windowMillis))
        .setRemaining(remaining)
        .setResetAfter(Durations.fromMillis(resetMillis))
        .build();
  }

  @ParameterizedTest
  @EnumSource(
      value = DenialReason.class,
      names = {"DENIAL_REASON_RATE_LIMITED", "DENIAL_REASON_QUOTA_EXHAUSTED"})
  void limitThatWaitingDoesNotHelp_hasNoRetryAfter_andAShortWaitIsAWholeSecond(
      DenialReason reason) {
    String never = TestKeys.key("never" + reason);
    String soon = TestKeys.key("soon" + reason);
    Denied denied = Denied.newBuilder().setReason(reason).build();
    answerDenied(never, denied);
    answerDenied(soon, denied.toBuilder().setRetryAfter(Durations.fromNanos(1)).build());

    assertThat(me(never).statusCode()).isEqualTo(429);
    assertThat(me(never).headers().firstValue("Retry-After")).isEmpty();
    assertThat(me(soon).headers().firstValue("Retry-After")).hasValue("1");
  }

  private static void answerDenied(String key, Denied denied) {
    fixture
        .keyService()
        .when(
            key, Behaviour.answering(AuthenticateResponse.newBuilder().setDenied(denied).build()));
  }

  private static HttpResponse<String> me(String key) {
    return fixture.get("/api/v1/me", "X-API-Key", key, "X-Request-Id", "test-1");
  }

  private static Map<String, List<String>> withoutDate(HttpHeaders headers) {
    Map<String, List<String>> kept = new TreeMap<>(headers.map());
    kept.remove("date");
    return kept;
  }
}
