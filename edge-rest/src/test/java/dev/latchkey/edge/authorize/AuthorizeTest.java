package dev.latchkey.edge.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.LimitState;
import dev.latchkey.proto.keys.v1.TenancyContext;
import io.grpc.Status;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check that gateways ask for (BEHAVIOURS ME4 at the edge). */
final class AuthorizeTest {
  private static final String PATH = "/api/v1/authorize";

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
  void goodKey_is200_withWhoseItIs_inHeadersAndBody() {
    String key = TestKeys.key("gateway");
    allow(key, memo());

    HttpResponse<String> response = fixture.get(PATH, "X-API-Key", key);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            """
            {"key_id":"k1","organization_id":"o1","project_id":"p1","environment_id":"e1",\
            "workspace_id":"","owner_user_id":"u1","mode":"live",\
            "scopes":["files:read","files:write"],"roles":["editor"]}""");
    assertThat(header(response, "Key-Id")).isEqualTo("k1");
    assertThat(header(response, "Organization-Id")).isEqualTo("o1");
    assertThat(header(response, "Project-Id")).isEqualTo("p1");
    assertThat(header(response, "Environment-Id")).isEqualTo("e1");
    assertThat(header(response, "Owner-User-Id")).isEqualTo("u1");
    assertThat(header(response, "Mode")).isEqualTo("live");
    assertThat(header(response, "Scopes")).isEqualTo("files:read files:write");
    assertThat(header(response, "Roles")).isEqualTo("editor");
    // There, and empty: a gateway that copies it overwrites what its client sent.
    assertThat(response.headers().firstValue("X-Latchkey-Workspace-Id")).hasValue("");
    assertThat(response.headers().firstValue("RateLimit")).hasValue("\"data\";r=4;t=60");
    assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue("\"data\";q=5;w=60");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @Test
  void query_saysWhatIsChecked() {
    AuthenticateRequest asked =
        asked(
            "query",
            "?scope=a:read&scope=a%3Awrite&any_scope=x&any_scope=y&resource=folder:/c/%C3%BC"
                + "&limit=search&cost=3");

    assertThat(asked)
        .isEqualTo(
            AuthenticateRequest.newBuilder()
                .setCredential(TestKeys.key("query"))
                .setClientAddress("127.0.0.1")
                .addRequiredScopes("a:read")
                .addRequiredScopes("a:write")
                .addAnyScopes("x")
                .addAnyScopes("y")
                .setResource("folder:/c/ü")
                .setLimit("search")
                .setCost(3)
                .build());
  }

  @Test
  void headers_canOnlyAskForMore() {
    AuthenticateRequest asked =
        asked(
            "headers",
            "?scope=a&any_scope=x",
            "X-Latchkey-Scope",
            "b  c",
            "X-Latchkey-Resource",
            "folder:/c",
            "X-Latchkey-Any-Scope",
            "y",
            "X-Latchkey-Cost",
            "0",
            "X-Latchkey-Limit",
            "none");

    assertThat(asked.getRequiredScopesList()).containsExactly("a", "b", "c");
    assertThat(asked.getAnyScopesList()).containsExactly("x");
    assertThat(asked.getResource()).isEqualTo("folder:/c");
    assertThat(asked.hasCost()).isFalse();
    assertThat(asked.getLimit()).isEmpty();
  }

  @Test
  void resourceOfTheQuery_isNotReplacedByAHeader() {
    HttpResponse<String> response =
        fixture.get(
            PATH + "?resource=folder:/a",
            "X-API-Key",
            TestKeys.key("two"),
            "X-Latchkey-Resource",
            "folder:/b");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("{\"field\":\"X-Latchkey-Resource\",");
    assertThat(fixture.keyService().callsAbout(TestKeys.key("two"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "?cost=many, cost",
    "?cost=1&cost=0, cost",
    "?resource=, resource",
    "?limit=a&limit=b, limit",
    "?scopes=a, scopes",
  })
  void parameterThatCannotBeTaken_isNamed_butNotToStrangers(String query, String field) {
    HttpResponse<String> response =
        fixture.get(PATH + query, "X-API-Key", TestKeys.key("mistaken"));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("{\"field\":\"%s\",".formatted(field));
    assertThat(fixture.get(PATH + query).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void everyMethod_isTheSameQuestion_whateverTheBody(String method) {
    String key = TestKeys.key("method" + method);
    allow(key, memo());

    HttpResponse<String> response =
        fixture.send(
            PATH,
            request ->
                request
                    .headers("X-API-Key", key, "Content-Type", "text/csv")
                    .method(
                        method,
                        method.equals("GET") || method.equals("HEAD")
                            ? BodyPublishers.noBody()
                            : BodyPublishers.ofString("not json")));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(header(response, "Key-Id")).isEqualTo("k1");
  }

  @ParameterizedTest
  @CsvSource({
    "REVOKED, 401, invalid_api_key",
    "TENANT_SUSPENDED, 403, tenant_suspended",
    "RESOURCE_NOT_GRANTED, 403, resource_not_granted",
    "INSUFFICIENT_SCOPE, 403, insufficient_scope",
    "RATE_LIMITED, 429, rate_limited",
    "QUOTA_EXHAUSTED, 429, quota_exhausted",
  })
  void denial_isThatOfTheErrorTable_andNamesNobody(String reason, int status, String code) {
    String key = TestKeys.key("denied" + reason);
    Denied denied =
        Denied.newBuilder()
            .setReason(DenialReason.valueOf("DENIAL_REASON_" + reason))
            .setRetryAfter(Durations.fromSeconds(7))
            .build();
    fixture
        .keyService()
        .when(
            key, Behaviour.answering(AuthenticateResponse.newBuilder().setDenied(denied).build()));

    HttpResponse<String> response = fixture.get(PATH, "X-API-Key", key);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains("\"code\":\"" + code + "\"");
    assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("x-latchkey-"));
    assertThat(response.headers().firstValue("Retry-After").orElse(""))
        .isEqualTo(status == 429 ? "7" : "");
  }

  @Test
  void noDecision_is503_andAQuestionThatCannotBeTaken400() {
    String away = TestKeys.key("away");
    String wrong = TestKeys.key("wrong");
    fixture.keyService().when(away, Behaviour.failing(Status.UNAVAILABLE.asRuntimeException()));
    fixture
        .keyService()
        .when(
            wrong,
            Behaviour.failing(
                Errors.toStatus(
                    ApiException.invalid("resource", "no resource (expected: type:/path)"), "r")));

    assertThat(fixture.get(PATH, "X-API-Key", away).statusCode()).isEqualTo(503);
    HttpResponse<String> response = fixture.get(PATH + "?resource=x", "X-API-Key", wrong);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("{\"field\":\"resource\",");
  }

  @Test
  void keyInTheUrl_isRefused() {
    HttpResponse<String> response =
        fixture.get(PATH + "?resource=" + TestKeys.key("url"), "X-API-Key", TestKeys.key("url"));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"code\":\"api_key_in_url\"");
  }

  @Test
  void whatNoHeaderCanHold_isLeftOut() {
    String key = TestKeys.key("strange");
    allow(
        key,
        Allowed.newBuilder()
            .setKey(
                AuthenticatedKey.newBuilder()
                    .setId("k\r\nX-Evil: 1")
                    .setOwnerUserId("ü")
                    .addScopes("a\nb")
                    .addAllRoles(List.of("x".repeat(3_000))))
            .build());

    HttpResponse<String> response = fixture.get(PATH, "X-API-Key", key);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("X-Evil")).isEmpty();
    for (String name : List.of("Key-Id", "Owner-User-Id", "Scopes", "Roles")) {
      assertThat(response.headers().firstValue("X-Latchkey-" + name)).as(name).hasValue("");
    }
  }

  private static AuthenticateRequest asked(String name, String query, String... headers) {
    String key = TestKeys.key(name);
    allow(key, memo());
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "X-API-Key";
    all[headers.length + 1] = key;
    assertThat(fixture.get(PATH + query, all).statusCode()).isEqualTo(200);
    return fixture.keyService().callsAbout(key).getFirst().request();
  }

  private static void allow(String key, Allowed allowed) {
    fixture
        .keyService()
        .when(
            key,
            Behaviour.answering(AuthenticateResponse.newBuilder().setAllowed(allowed).build()));
  }

  private static Allowed memo() {
    return Allowed.newBuilder()
        .setKey(
            AuthenticatedKey.newBuilder()
                .setId("k1")
                .setMode(KeyMode.KEY_MODE_LIVE)
                .setOwnerUserId("u1")
                .addScopes("files:read")
                .addScopes("files:write")
                .addRoles("editor"))
        .setContext(
            TenancyContext.newBuilder()
                .setOrganization(TenancyContext.Node.newBuilder().setId("o1"))
                .setProject(TenancyContext.Node.newBuilder().setId("p1"))
                .setEnvironment(TenancyContext.Node.newBuilder().setId("e1")))
        .addLimits(
            LimitState.newBuilder()
                .setName("data")
                .setAmount(5)
                .setWindow(Durations.fromSeconds(60))
                .setRemaining(4)
                .setResetAfter(Durations.fromSeconds(60)))
        .build();
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue("X-Latchkey-" + name).orElse("absent");
  }
}
