package dev.latchkey.edge.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.CapturedLog;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeManagement.Behaviour;
import dev.latchkey.edge.testing.Samples;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.QueryUsageRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import io.grpc.Status;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be taken is refused with the field's name, and no call is made. */
final class HostileManagementTest {
  private static final String CALLER = TestKeys.key("hostile");
  private static final String KEYS = "/api/v1/keys";
  private static final String KEY = KEYS + "/" + Samples.ID;

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start(Map.of("LATCHKEY_MANAGEMENT_TIMEOUT", "300ms"));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void forget() {
    fixture.management().reset();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{                                        | body",
        "[]                                       | body",
        "{\"name\":\"a\",\"name\":\"b\"}          | body",
        "{\"nodeId\":\"x\"}                       | nodeId",
        "{\"id\":\"x\"}                           | id",
        "{\"name\":1}                             | name",
        "{\"name\":null}                          | name",
        "{\"mode\":\"LIVE\"}                      | mode",
        "{\"mode\":1}                             | mode",
        "{\"scopes\":\"a\"}                       | scopes",
        "{\"scopes\":[1]}                         | scopes[0]",
        "{\"metadata\":[]}                        | metadata",
        "{\"metadata\":{\"a\":{}}}                | metadata.a",
        "{\"expire_time\":1}                      | expire_time",
        "{\"expire_time\":\"tomorrow\"}           | expire_time",
        "{\"name\":\"\\ud800\"}                   | name",
      })
  void memberThatCannotBeTaken_isNamed(String body, String field) {
    refused(post(KEYS, body), field);
  }

  @Test
  void wrongMembersByTheThousand_areNamedUpToABound() {
    HttpResponse<String> response = post(KEYS, "{\"scopes\":[%s1]}".formatted("1,".repeat(20_000)));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body().length()).isLessThan(10_000);
  }

  @Test
  void bodyTooLarge_is413() {
    assertThat(post(KEYS, "{\"name\":\"%s\"}".formatted("x".repeat(70_000))).statusCode())
        .isEqualTo(413);
  }

  @Test
  void bodyWhereNoneIsTaken_isRefused() {
    HttpResponse<String> response =
        fixture.send(
            KEY,
            request ->
                request
                    .headers("X-API-Key", CALLER, "Content-Type", "application/json")
                    .method("DELETE", BodyPublishers.ofString("{}")));

    refused(response, "body");
  }

  @ParameterizedTest
  @CsvSource({
    "?color=red, color",
    "?nodeId=x, nodeId",
    "?id=x, id",
    "?page_size=ten, page_size",
    "?page_size=99999999999, page_size",
    "?page_size=1&page_size=2, page_size",
    "?include_descendants=yes, include_descendants",
    "?state=ACTIVE, state",
    "?state=, state",
    "?%6eode_idx=x, node_idx",
    "?=x, query",
  })
  void parameterThatCannotBeTaken_isNamed(String query, String field) {
    refused(get(KEYS + query), field);
  }

  @ParameterizedTest
  @CsvSource({
    "?start_time=yesterday, start_time",
    "?start_time=2026-01-01, start_time",
    "?start_time=2026-01-01T00:00:00+02:00, start_time",
    "?end_time=, end_time",
    "?bucket_size=HOUR, bucket_size",
  })
  void timeThatIsNone_isNamed(String query, String field) {
    refused(get(KEY + "/usage" + query), field);
  }

  @Test
  void times_areRfc3339() {
    get(KEY + "/usage?start_time=2026-01-01T00:00:00Z&end_time=2026-01-01T02:00:00%2B01:00");

    QueryUsageRequest request =
        (QueryUsageRequest) fixture.management().calls().getFirst().request();
    assertThat(request.getKeyId()).isEqualTo(Samples.ID);
    assertThat(request.getStartTime().getSeconds()).isEqualTo(1_767_225_600L);
    assertThat(request.getEndTime().getSeconds()).isEqualTo(1_767_229_200L);
  }

  @Test
  void parameterOnARouteWithout_isRefused() {
    refused(get(KEY + "?page_size=1"), "page_size");
  }

  @Test
  void keyInTheQuery_isRefusedAndInNoLog_alsoInAKnownParameter() {
    String foreign = "sk-foreign-0123456789";
    try (CapturedLog log = new CapturedLog()) {
      for (String query :
          new String[] {"?api_key=x", "?token=x", "?name_contains=" + CALLER, "?key=" + CALLER}) {
        HttpResponse<String> response = get(KEYS + query);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("\"code\":\"api_key_in_url\"");
      }
      get(KEYS + "?name_contains=" + foreign);
      get(KEYS + "?%s=1".formatted(foreign));
      get(KEYS + "?page_size=" + foreign);

      assertThat(log.text())
          .contains("route=/api/v1/keys status=200")
          .doesNotContain(CALLER, foreign);
    }
    assertThat(fixture.management().calls()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\"", "0198c0de-0000-7000-8000-00000000000", "{}"})
  void idempotencyKeyThatIsNoUuid_isRefused(String value) {
    refused(post(KEYS, "{}", "Idempotency-Key", value), "Idempotency-Key");
  }

  @Test
  void idempotencyKey_mayBeQuoted_andRepeatTheBody_butNotContradictIt() {
    String body = "{\"request_id\":\"%s\"}".formatted(Samples.ID);

    assertThat(post(KEYS, body, "Idempotency-Key", "\"" + Samples.ID + "\"").statusCode())
        .isEqualTo(201);
    refused(post(KEYS, body, "Idempotency-Key", Samples.ID.replace('1', '2')), "Idempotency-Key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "W/\"1\"", "\"1\", \"2\"", "\"\"", "\"a b\""})
  void ifMatchThatIsNotOneStrongTag_isRefused(String value) {
    refused(post(KEY + "/disable", "{}", "If-Match", value), "If-Match");
  }

  @Test
  void ifMatch_starAsksNothing_andATagIsNotForCreation() {
    assertThat(post(KEY + "/disable", "{}", "If-Match", "*").statusCode()).isEqualTo(200);
    assertThat(fixture.management().calls().getFirst().request().toString()).doesNotContain("etag");
    refused(post(KEYS, "{}", "If-Match", "\"1\""), "If-Match");
    refused(post(KEY + "/disable", "{\"etag\":\"1\"}", "If-Match", "\"2\""), "If-Match");
  }

  @Test
  void patch_changesTheMembersThatAreThere_andNullClears() {
    patch("{\"name\":\"n\",\"expire_time\":null,\"etag\":\"1\"}");

    UpdateKeyRequest request = (UpdateKeyRequest) fixture.management().calls().getFirst().request();
    assertThat(request.getUpdateMask().getPathsList()).containsExactly("name", "expire_time");
    assertThat(request.getName()).isEqualTo("n");
    assertThat(request.hasExpireTime()).isFalse();
    assertThat(request.getEtag()).isEqualTo("1");
  }

  @Test
  void patch_withAMaskOfItsOwn_changesThat() {
    patch("{\"name\":\"n\",\"update_mask\":\"name,expire_time\"}");

    UpdateKeyRequest request = (UpdateKeyRequest) fixture.management().calls().getFirst().request();
    assertThat(request.getUpdateMask().getPathsList()).containsExactly("name", "expire_time");
  }

  @Test
  void refusal_hasTheReasonAsItsCode_andItsMetadata() {
    failing(
        Errors.toStatus(
            ApiException.of(
                ErrorReason.ERROR_REASON_ETAG_MISMATCH,
                "The key has changed.",
                Map.of("current_etag", "7")),
            "r"));

    HttpResponse<String> response = get(KEY);

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.body())
        .contains("\"code\":\"etag_mismatch\"", "\"detail\":\"The key has changed.\"")
        .endsWith("\"metadata\":{\"current_etag\":\"7\"}}");
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, 503, unavailable",
    "CANCELLED, 503, unavailable",
    "INTERNAL, 500, internal",
    "UNKNOWN, 500, internal",
    "UNAUTHENTICATED, 401, invalid_api_key",
    "PERMISSION_DENIED, 403, access_denied",
    "NOT_FOUND, 404, resource_not_found",
    "ALREADY_EXISTS, 409, conflict",
    "FAILED_PRECONDITION, 409, conflict",
    "RESOURCE_EXHAUSTED, 429, resource_exhausted",
  })
  void statusWithoutDetails_hasACodeAndTellsNothing(Status.Code code, int status, String wire) {
    failing(Status.fromCode(code).withDescription("inside").asRuntimeException());

    HttpResponse<String> response = get(KEY);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains("\"code\":\"" + wire + "\"").doesNotContain("inside");
    assertThat(response.headers().firstValue("Retry-After").isPresent())
        .isEqualTo(status == 503 || status == 429);
  }

  @Test
  void serviceThatDoesNotAnswer_is503_whenTheTimeIsUp() {
    fixture.management().when(KeyServiceGrpc.getGetKeyMethod(), Behaviour.silent());

    HttpResponse<String> response = get(KEY);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
  }

  private static void failing(io.grpc.StatusRuntimeException failure) {
    fixture.management().when(KeyServiceGrpc.getGetKeyMethod(), Behaviour.failing(failure));
  }

  private static void patch(String body) {
    HttpResponse<String> response =
        fixture.send(
            KEY,
            request ->
                request
                    .headers("X-API-Key", CALLER, "Content-Type", "application/json")
                    .method("PATCH", BodyPublishers.ofString(body)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static HttpResponse<String> get(String path) {
    return fixture.get(path, "X-API-Key", CALLER);
  }

  private static HttpResponse<String> post(String path, String body, String... more) {
    String[] headers = java.util.Arrays.copyOf(more, more.length + 2);
    headers[more.length] = "X-API-Key";
    headers[more.length + 1] = CALLER;
    return fixture.post(path, body, headers);
  }

  private static void refused(HttpResponse<String> response, String field) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body())
        .contains("\"code\":\"invalid_request\"")
        .contains("{\"field\":\"%s\",".formatted(field));
  }
}
