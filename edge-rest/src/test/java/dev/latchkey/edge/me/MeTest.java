package dev.latchkey.edge.me;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.LimitState;
import dev.latchkey.proto.keys.v1.TenancyContext;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MeTest {
  private static final String KEY = TestKeys.key("memic");
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start(Map.of("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"));
    fixture.keyService().when(KEY, Behaviour.answering(memic()));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static AuthenticateResponse memic() {
    AuthenticatedKey key =
        AuthenticatedKey.newBuilder()
            .setId("k1")
            .setName("backend")
            .setNode(NodeRef.newBuilder().setLevel(NodeLevel.NODE_LEVEL_ENVIRONMENT).setId("e1"))
            .setMode(KeyMode.KEY_MODE_LIVE)
            .setPrefix("mk_live_staging_")
            .setLastCharacters("wXyZ")
            .addScopes("memories:read")
            .addResources("folder:/contracts/**")
            .setOwnerUserId("u1")
            .addRoles("reader")
            .putMetadata("team", "search")
            .setExpireTime(Timestamp.newBuilder().setSeconds(1_893_456_000))
            .build();
    return AuthenticateResponse.newBuilder()
        .setAllowed(
            Allowed.newBuilder()
                .setKey(key)
                .addLimits(
                    LimitState.newBuilder()
                        .setName("data")
                        .setAmount(500)
                        .setWindow(Durations.fromSeconds(60))
                        .setRemaining(499)
                        .setResetAfter(Durations.fromMillis(59_500)))
                .addCredits(
                    CreditState.newBuilder()
                        .setNode(NodeRef.newBuilder().setId("o1"))
                        .setRemaining(1_000_000_000_000L)
                        .setNextRefillTime(Timestamp.newBuilder().setSeconds(1_893_456_000)))
                .addCredits(CreditState.getDefaultInstance())
                .setContext(
                    TenancyContext.newBuilder()
                        .setOrganization(node("o1", "acme", "Acme"))
                        .setProject(node("p1", "memic", "Memic"))
                        .setEnvironment(node("e1", "staging", "Staging"))))
        .build();
  }

  private static TenancyContext.Node node(String id, String slug, String name) {
    return TenancyContext.Node.newBuilder().setId(id).setSlug(slug).setDisplayName(name).build();
  }

  @Test
  void goodKey_getsItsWholeContext() {
    HttpResponse<String> response = fixture.get("/api/v1/me", "X-API-Key", KEY);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue("\"data\";q=500;w=60");
    assertThat(response.headers().firstValue("RateLimit").orElse(""))
        .matches("\"data\";r=499;t=60, \"credits\";r=1000000000000;t=[0-9]+");
    assertThat(response.body())
        .isEqualTo(
            """
            {"organization_id":"o1","organization_name":"Acme","organization_slug":"acme",\
            "project_id":"p1","project_name":"Memic","project_slug":"memic",\
            "environment_id":"e1","environment_name":"Staging","environment_slug":"staging",\
            "workspace_id":null,"workspace_name":null,"workspace_slug":null,\
            "mode":"live","scopes":["memories:read"],"resources":["folder:/contracts/**"],\
            "owner_user_id":"u1","roles":["reader"],\
            "limits":[{"name":"data","amount":500,"window":"60s","burst":0,"remaining":499,\
            "reset_after":"59.500s","shared":false}],\
            "credits":[{"node_id":"o1","remaining":1000000000000,\
            "next_refill_time":"2030-01-01T00:00:00Z"},\
            {"node_id":null,"remaining":0,"next_refill_time":null}],\
            "key":{"id":"k1","name":"backend","prefix":"mk_live_staging_",\
            "last_characters":"wXyZ","node_level":"environment","node_id":"e1",\
            "expire_time":"2030-01-01T00:00:00Z","metadata":{"team":"search"}},\
            "client_address":"127.0.0.1"}""");
  }

  @Test
  void keyOfThePlatform_hasNoContextAtAll() {
    String key = TestKeys.key("platform");
    AuthenticatedKey operator =
        AuthenticatedKey.newBuilder()
            .setId("k0")
            .setNode(NodeRef.newBuilder().setLevel(NodeLevel.NODE_LEVEL_PLATFORM))
            .build();
    fixture
        .keyService()
        .when(
            key,
            Behaviour.answering(
                AuthenticateResponse.newBuilder()
                    .setAllowed(Allowed.newBuilder().setKey(operator))
                    .build()));

    assertThat(fixture.get("/api/v1/me", "X-API-Key", key).body())
        .startsWith("{\"organization_id\":null,")
        .contains("\"mode\":null,\"scopes\":[],")
        .contains("\"owner_user_id\":null,\"roles\":[],\"limits\":[],\"credits\":[],")
        .contains(
            "\"node_level\":\"platform\",\"node_id\":null,\"expire_time\":null,\"metadata\":{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   ", "BeArEr "})
  void bearerScheme_isCaseInsensitive(String scheme) {
    assertThat(fixture.get("/api/v1/me", "Authorization", scheme + KEY).statusCode())
        .isEqualTo(200);
  }

  @Test
  void sameKeyInBothHeaders_isFine() {
    assertThat(
            fixture
                .get("/api/v1/me", "Authorization", "Bearer " + KEY, "X-API-Key", KEY)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void twoDifferentKeys_areRefused_andNeitherIsAsked() {
    String one = TestKeys.key("conflictone");
    String two = TestKeys.key("conflicttwo");

    HttpResponse<String> response =
        fixture.get("/api/v1/me", "Authorization", "Bearer " + one, "X-API-Key", two);
    HttpResponse<String> sameHeader = fixture.get("/api/v1/me", "X-API-Key", one, "X-API-Key", two);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"code\":\"conflicting_credentials\"");
    assertThat(sameHeader.statusCode()).isEqualTo(400);
    assertThat(fixture.keyService().callsAbout(one)).isEmpty();
    assertThat(fixture.keyService().callsAbout(two)).isEmpty();
  }

  @Test
  void otherSchemes_countAsNoCredential() {
    HttpResponse<String> response = fixture.get("/api/v1/me", "Authorization", "Basic dTpw");

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"code\":\"missing_api_key\"");
    assertThat(
            fixture.get("/api/v1/me", "Authorization", "Basic dTpw", "X-API-Key", KEY).statusCode())
        .isEqualTo(200);
  }

  @Test
  void headersAndQueryThatNameAnotherEnvironment_changeNothing() {
    String plain = fixture.get("/api/v1/me", "X-API-Key", KEY).body();

    assertThat(
            fixture
                .get(
                    "/api/v1/me?environment_id=e2&project=p2",
                    "X-API-Key",
                    KEY,
                    "X-Environment-Id",
                    "e2")
                .body())
        .isEqualTo(plain);
  }

  @Test
  void head_answersLikeGetWithoutBody() {
    HttpResponse<String> response =
        fixture.send(
            "/api/v1/me",
            request ->
                request
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .header("X-API-Key", KEY));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void requestIdAndTrace_arePassedOn_underTheEdgesOwnKey() {
    String key = TestKeys.key("traced");

    HttpResponse<String> response =
        fixture.get("/api/v1/me", "X-API-Key", key, "X-Request-Id", "req-7", "traceparent", TRACE);

    assertThat(response.headers().firstValue("X-Request-Id")).hasValue("req-7");
    FakeKeyService.Call call = fixture.keyService().callsAbout(key).getFirst();
    assertThat(call.header("x-request-id")).isEqualTo("req-7");
    assertThat(call.header("traceparent")).isEqualTo(TRACE);
    assertThat(call.header("authorization")).isEqualTo("Bearer " + TestKeys.EDGE);
  }

  @Test
  void idsThatAreNone_areReplacedOrDropped() {
    String key = TestKeys.key("untraced");

    HttpResponse<String> response =
        fixture.get(
            "/api/v1/me",
            "X-API-Key",
            key,
            "X-Request-Id",
            "no id, but text",
            "traceparent",
            TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0".repeat(32)));

    assertThat(response.headers().firstValue("X-Request-Id"))
        .hasValueSatisfying(id -> assertThat(id).matches("[0-9a-f-]{36}"));
    assertThat(fixture.keyService().callsAbout(key).getFirst().header("traceparent")).isEmpty();
  }

  @Test
  void clientAddress_isWhatTheTrustedProxySays() {
    String key = TestKeys.key("proxied");
    fixture.keyService().when(key, Behaviour.answering(memic()));

    HttpResponse<String> response =
        fixture.get(
            "/api/v1/me",
            "X-API-Key",
            key,
            "X-Forwarded-For",
            "198.51.100.9, 203.0.113.7",
            "X-Forwarded-For",
            "10.1.2.3");

    assertThat(response.body()).endsWith("\"client_address\":\"203.0.113.7\"}");
    assertThat(fixture.keyService().callsAbout(key).getFirst().request().getClientAddress())
        .isEqualTo("203.0.113.7");
  }

  @Test
  void forwardedAddress_isNotBelieved_whereThePeerIsNoTrustedProxy() {
    try (EdgeFixture open = EdgeFixture.start()) {
      open.keyService().when(KEY, Behaviour.answering(memic()));

      assertThat(open.get("/api/v1/me", "X-API-Key", KEY, "X-Forwarded-For", "203.0.113.7").body())
          .endsWith("\"client_address\":\"127.0.0.1\"}");
    }
  }

  @Test
  void denialOfAnUnknownKey_asksOnce() {
    String key = TestKeys.key("once");
    fixture.keyService().when(key, Behaviour.denying(DenialReason.DENIAL_REASON_UNKNOWN));

    assertThat(fixture.get("/api/v1/me", "X-API-Key", key).statusCode()).isEqualTo(401);

    assertThat(fixture.keyService().callsAbout(key)).hasSize(1);
  }
}
