package dev.latchkey.edge.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.CapturedLog;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeManagement.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.ImportKeysRequest;
import dev.latchkey.proto.keys.v1.ImportServiceGrpc;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One batch of keys to import: the only large body there is. */
final class ImportRouteTest {
  private static final String PATH = "/api/v1/imports/keys";
  private static final String CALLER = TestKeys.key("importer");
  private static final String IMPORTED = "legacy-key-text-0123456789";

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start();
    fixture.keyService().when(CALLER, FakeKeyService.Behaviour.allowing());
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
  void thousandKeys_areOneMessage() {
    String item =
        "{\"plain_text\":\"%s\",\"node_id\":\"n\",\"name\":\"%s\"}"
            .formatted(IMPORTED, "x".repeat(1_000));

    HttpResponse<String> response = post(items(item, 1_000));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    ImportKeysRequest request =
        (ImportKeysRequest) fixture.management().calls().getFirst().request();
    assertThat(request.getKeysList()).hasSize(1_000);
    assertThat(request.getKeys(999).getPlainText()).isEqualTo(IMPORTED);
    assertThat(fixture.management().calls().getFirst().header("authorization"))
        .isEqualTo("Bearer " + CALLER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bodyBeyondItsBound_is413_withAndWithoutAnnouncedLength(boolean announced) {
    HttpResponse<String> response = send(PATH, "x".repeat((4 << 20) + 1), announced);

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(fixture.management().calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void otherRoutes_keepTheirSmallBound(boolean announced) {
    assertThat(send("/api/v1/keys", " ".repeat(64 << 10) + "{}", announced).statusCode())
        .isEqualTo(413);
    assertThat(fixture.management().calls()).isEmpty();
  }

  @Test
  void callerIsKnown_beforeALargeBodyIsRead() {
    String stranger = TestKeys.key("stranger");
    String reader = TestKeys.key("readonly");
    fixture
        .keyService()
        .when(
            reader,
            FakeKeyService.Behaviour.denying(DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE));

    assertThat(fixture.post(PATH, "no json", "X-API-Key", stranger).statusCode()).isEqualTo(401);
    assertThat(fixture.post(PATH, "no json", "X-API-Key", reader).statusCode()).isEqualTo(403);
    AuthenticateRequest asked = fixture.keyService().callsAbout(reader).getFirst().request();
    assertThat(asked.getRequiredScopesList()).containsExactly("latchkey.keys:write");
    assertThat(asked.hasCost()).isTrue();
    assertThat(asked.getCost()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"sha256\":\"no base64!\"}             | keys[0].sha256",
        "{\"sha256\":\"AA==\",\"plain_text\":\"x\"} | keys[0].plain_text",
        "{\"mode\":\"LIVE\"}                      | keys[0].mode",
        "{\"expire_time\":\"soon\"}               | keys[0].expire_time",
      })
  void memberThatCannotBeTaken_isNamedWithItsItem(String item, String field) {
    HttpResponse<String> response = post(items(item, 1));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("{\"field\":\"%s\",".formatted(field));
  }

  @Test
  void plainTexts_areInNoLogAndNoAnswer_whateverHappens() {
    try (CapturedLog log = new CapturedLog()) {
      String item = "{\"plain_text\":\"%s\"}".formatted(IMPORTED);
      String bodies =
          post(items(item, 2)).statusCode()
              + post(items(item, 1) + "}").body()
              + post(items("{\"%s\":1}".formatted("plain_text\":\"" + IMPORTED + "\",\"x"), 1))
                  .body()
              + post(items("{\"mode\":\"%s\"}".formatted(IMPORTED), 1)).body();
      fixture
          .management()
          .when(
              ImportServiceGrpc.getImportKeysMethod(),
              Behaviour.failing(Status.INTERNAL.withDescription(IMPORTED).asRuntimeException()));
      bodies += post(items(item, 1)).body();

      assertThat(bodies).contains("\"code\":\"internal\"").doesNotContain(IMPORTED);
      assertThat(log.text()).contains("route=" + PATH).doesNotContain(IMPORTED);
    }
  }

  private static String items(String item, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> item)
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  private static HttpResponse<String> post(String body) {
    return fixture.post(PATH, body, "X-API-Key", CALLER);
  }

  private static HttpResponse<String> send(String path, String body, boolean announced) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return fixture.send(
        path,
        request ->
            request
                .headers("X-API-Key", CALLER, "Content-Type", "application/json")
                .POST(
                    announced
                        ? BodyPublishers.ofByteArray(bytes)
                        : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))));
  }
}
