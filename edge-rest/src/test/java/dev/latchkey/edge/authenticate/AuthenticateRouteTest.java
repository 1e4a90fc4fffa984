package dev.latchkey.edge.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import io.grpc.Status;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthenticateRouteTest {
  private static final String PATH = "/api/v1/authenticate";
  private static final String CALLER = TestKeys.key("caller");

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
  void question_isPassedOnUnderTheCallersOwnKey() {
    String asked = TestKeys.key("asked");

    HttpResponse<String> response =
        ask(
            """
            {"credential": "%s", "client_address": "203.0.113.7",
             "required_scopes": ["a:read"], "any_scopes": ["b:read", "b:write"]}"""
                .formatted(asked));

    assertThat(response.statusCode()).isEqualTo(200);
    FakeKeyService.Call call = fixture.keyService().callsAbout(asked).getFirst();
    assertThat(call.header("authorization")).isEqualTo("Bearer " + CALLER);
    assertThat(call.request().getClientAddress()).isEqualTo("203.0.113.7");
    assertThat(call.request().getRequiredScopesList()).containsExactly("a:read");
    assertThat(call.request().getAnyScopesList()).containsExactly("b:read", "b:write");
  }

  @Test
  void allowed_comesInProtoJsonWithSnakeCaseNames() {
    String asked = TestKeys.key("allowed");
    AuthenticatedKey key =
        AuthenticatedKey.newBuilder()
            .setId("k1")
            .setLastCharacters("wXyZ")
            .addScopes("a:*")
            .build();
    fixture
        .keyService()
        .when(
            asked,
            Behaviour.answering(
                AuthenticateResponse.newBuilder()
                    .setAllowed(Allowed.newBuilder().setKey(key))
                    .build()));

    assertThat(ask("{\"credential\":\"%s\"}".formatted(asked)).body())
        .isEqualTo(
            """
            {"allowed":{"key":{"id":"k1","name":"","mode":"KEY_MODE_UNSPECIFIED","prefix":"",\
            "last_characters":"wXyZ","scopes":["a:*"],"metadata":{},"resources":[],\
            "owner_user_id":"","roles":[]},"limits":[],"credits":[]}}""");
  }

  @Test
  void denied_comesWithItsExactReason() {
    String asked = TestKeys.key("denied");
    Denied denied =
        Denied.newBuilder()
            .setReason(DenialReason.DENIAL_REASON_REVOKED)
            .setMessage("revoked yesterday")
            .setRetryAfter(Duration.newBuilder().setSeconds(3))
            .build();
    fixture
        .keyService()
        .when(
            asked,
            Behaviour.answering(AuthenticateResponse.newBuilder().setDenied(denied).build()));

    HttpResponse<String> response = ask("{\"credential\":\"%s\"}".formatted(asked));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.body())
        .isEqualTo(
            """
            {"denied":{"reason":"DENIAL_REASON_REVOKED","message":"revoked yesterday",\
            "retry_after":"3s","key_id":"","missing_scopes":[],"limits":[],"credits":[]}}""");
  }

  @Test
  void answerWithoutDecision_readsAsDenied() {
    String asked = TestKeys.key("empty");
    fixture
        .keyService()
        .when(asked, Behaviour.answering(AuthenticateResponse.getDefaultInstance()));

    assertThat(ask("{\"credential\":\"%s\"}".formatted(asked)).body()).startsWith("{\"denied\":");
  }

  @Test
  void emptyObject_isAQuestionAboutNoCredential() {
    assertThat(ask("{}").statusCode()).isEqualTo(200);
  }

  @Test
  void callerWithoutCredential_isRefused_beforeTheBodyIsRead() {
    HttpResponse<String> response = fixture.post(PATH, "{\"credential\":");

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"code\":\"missing_api_key\"");
  }

  @Test
  void callersBadKey_is401() {
    HttpResponse<String> response =
        whenRefused("badcaller", ErrorReason.ERROR_REASON_CREDENTIAL_INVALID, Map.of());

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"code\":\"invalid_api_key\"");
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .hasValue("Bearer realm=\"latchkey\", error=\"invalid_token\"");
  }

  @Test
  void callerWithoutTheScope_is403_andTheChallengeNamesIt() {
    HttpResponse<String> response =
        whenRefused(
            "noscope",
            ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE,
            Map.of("required_scope", "latchkey.keys:authenticate"));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("\"code\":\"insufficient_scope\"");
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .hasValue(
            "Bearer realm=\"latchkey\", error=\"insufficient_scope\","
                + " scope=\"latchkey.keys:authenticate\"");
  }

  @ParameterizedTest
  @CsvSource({
    "TENANT_SUSPENDED, tenant_suspended",
    "DENIAL_REASON_TENANT_SUSPENDED, tenant_suspended",
    "API_ACCESS_DENIED, api_access_denied",
    "SOMETHING_NEW, access_denied",
  })
  void callerStoppedByTheirTenancy_is403(String reason, String code) {
    HttpResponse<String> response =
        whenRefused(
            "stopped" + reason,
            ErrorReason.ERROR_REASON_CREDENTIAL_DENIED,
            Map.of("denial_reason", reason));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("\"code\":\"%s\"".formatted(code));
  }

  @Test
  void refusalWithoutDetails_is403() {
    String asked = TestKeys.key("bare");
    fixture
        .keyService()
        .when(asked, Behaviour.failing(Status.PERMISSION_DENIED.asRuntimeException()));

    assertThat(ask("{\"credential\":\"%s\"}".formatted(asked)).body())
        .contains("\"code\":\"access_denied\"");
  }

  @Test
  void violationsOfKeyService_reachTheCaller() {
    String asked = TestKeys.key("violating");
    ApiException refusal =
        ApiException.invalid(
            List.of(
                new FieldViolation("required_scopes[0]", "\"A B\" (expected: a scope)"),
                new FieldViolation("any_scopes", "51 (expected: at most 50)")));
    fixture.keyService().when(asked, Behaviour.failing(Errors.toStatus(refusal, "r")));

    HttpResponse<String> response = ask("{\"credential\":\"%s\"}".formatted(asked));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains(
            """
            "errors":[{"field":"required_scopes[0]","problem":"\\"A B\\" (expected: a scope)"},\
            {"field":"any_scopes","problem":"51 (expected: at most 50)"}]""");
  }

  @Test
  void keyServiceDown_is503() {
    String asked = TestKeys.key("down");
    fixture.keyService().when(asked, Behaviour.failing(Status.UNAVAILABLE.asRuntimeException()));

    assertThat(ask("{\"credential\":\"%s\"}".formatted(asked)).statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nul",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{}{}",
        "{} x",
        "{'credential':'x'}",
        "{/* comment */}",
        "{\"credential\":\"a\",\"credential\":\"b\"}",
        "{\"credential\":1}",
        "{\"credential\":null}",
        "{\"credential\":[\"x\"]}",
        "{\"credential\":{\"x\":1}}",
        "{\"required_scopes\":\"x\"}",
        "{\"required_scopes\":[1]}",
        "{\"required_scopes\":[[\"x\"]]}",
        "{\"clientAddress\":\"::1\"}",
        "{\"unknown\":{\"deep\":[[[1]]]}}",
        "{\"x\":[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]}",
        "{\"credential\":\"\\ud800\"}",
        "\u0000",
      })
  void bodyThatIsNoRequest_is400WithViolations(String body) {
    HttpResponse<String> response = ask(body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("\"code\":\"invalid_request\"")
        .contains("\"errors\":[{\"field\":");
  }

  @Test
  void allUnknownMembers_areNamedAtOnce() {
    assertThat(ask("{\"foo\":1,\"credential\":2,\"bar\":{}}").body())
        .contains(
            """
            "errors":[{"field":"foo","problem":"unknown (expected: credential, client_address,\
             required_scopes, any_scopes, resource, limit, cost, include_freshness)"},\
            {"field":"credential","problem":"no string (expected: a string)"},\
            {"field":"bar","problem":"unknown (expected:""");
  }

  @Test
  void wrongBody_isNotQuoted() {
    String asked = TestKeys.key("quoted");

    assertThat(ask("{\"credential\":[\"%s\"]}".formatted(asked)).body()).doesNotContain(asked);
    assertThat(ask("{\"credential\":\"%s\"".formatted(asked)).body()).doesNotContain(asked);
  }

  @Test
  void bodyNotInUtf8_is400() {
    HttpResponse<String> response =
        fixture.send(
            PATH,
            request ->
                request
                    .headers("X-API-Key", CALLER, "Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofByteArray(
                            new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'})));

    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void bodyTooLarge_is413_withAndWithoutAnnouncedLength() {
    String body = "{\"credential\":\"%s\"}".formatted("x".repeat(70_000));

    HttpResponse<String> announced = ask(body);
    HttpResponse<String> chunked =
        fixture.send(
            PATH,
            request ->
                request
                    .headers("X-API-Key", CALLER, "Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofInputStream(
                            () ->
                                new java.io.ByteArrayInputStream(
                                    body.getBytes(java.nio.charset.StandardCharsets.UTF_8)))));

    assertThat(List.of(announced, chunked))
        .allSatisfy(
            response -> {
              assertThat(response.statusCode()).isEqualTo(413);
              assertThat(response.body()).contains("\"code\":\"payload_too_large\"");
              assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
            });
  }

  private static HttpResponse<String> whenRefused(
      String name, ErrorReason reason, Map<String, String> metadata) {
    String asked = TestKeys.key(name);
    fixture
        .keyService()
        .when(
            asked,
            Behaviour.failing(Errors.toStatus(ApiException.of(reason, "inside", metadata), "r")));
    HttpResponse<String> response = ask("{\"credential\":\"%s\"}".formatted(asked));
    assertThat(response.body()).doesNotContain("inside");
    return response;
  }

  private static HttpResponse<String> ask(String body) {
    return fixture.post(PATH, body, "X-API-Key", CALLER);
  }
}
