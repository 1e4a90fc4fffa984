package dev.latchkey.edge.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeManagement;
import dev.latchkey.edge.testing.Samples;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.micronaut.http.HttpMethod;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The OpenAPI document is current, is served, and says what the edge really answers. To write it
 * anew: {@code mvn -pl proto,service-kit,edge-rest test -Dtest=OpenApiTest -Dopenapi=write
 * -Dsurefire.failIfNoSpecifiedTests=false}, then once more without.
 */
final class OpenApiTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "openapi.json");
  private static final Path PAGE = Path.of("src", "main", "resources", "latchkey", "openapi.html");
  private static final String CALLER = TestKeys.key("reader");

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() throws IOException {
    if (System.getProperty("openapi", "").equals("write")) {
      Files.writeString(DOCUMENT, OpenApiDocument.write());
      Files.writeString(PAGE, OpenApiPage.write(OpenApiDocument.write()));
    }
    fixture = EdgeFixture.start(Map.of("LATCHKEY_REPORTS_PER_MINUTE", "10"));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void forget() {
    fixture.management().reset();
    fixture.keyService().when(CALLER, FakeKeyService.Behaviour.allowing());
  }

  static List<Operation> operations() {
    return Operations.ALL;
  }

  @Test
  void committedDocument_isThatOfTheTableAndTheProtos() throws IOException {
    assertThat(Files.readString(DOCUMENT)).isEqualTo(OpenApiDocument.write());
    assertThat(Files.readString(PAGE)).isEqualTo(OpenApiPage.write(OpenApiDocument.write()));
  }

  @Test
  void document_isServedToAnybody() {
    HttpResponse<String> response = fixture.get("/api/v1/openapi.json");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.body()).isEqualTo(OpenApiDocument.write());
  }

  @Test
  void page_runsNothing_andHasEveryOperation() {
    HttpResponse<String> response =
        fixture.get("/docs", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'; style-src 'sha256-")
        .doesNotContain("unsafe");
    assertThat(response.body()).doesNotContain("<script", "src=", "style=", "http://", "onclick");
    assertThat(Operations.ALL)
        .allSatisfy(
            operation ->
                assertThat(response.body())
                    .contains(
                        "<span class=\"method\">%s</span> %s"
                            .formatted(operation.method(), operation.template())));
  }

  @Test
  void everyOperation_isDescribed_withWhatTheProtoSays() {
    document()
        .getAsJsonObject("paths")
        .entrySet()
        .forEach(
            path ->
                path.getValue()
                    .getAsJsonObject()
                    .entrySet()
                    .forEach(
                        operation ->
                            assertThat(
                                    operation
                                        .getValue()
                                        .getAsJsonObject()
                                        .get("description")
                                        .getAsString())
                                .as(path.getKey())
                                .hasSizeGreaterThan(20)
                                .doesNotStartWith("Needs")));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void answers_fit(Operation operation) {
    fits(operation, send(operation, "{}"));

    fixture
        .management()
        .when(
            operation.call(),
            FakeManagement.Behaviour.answering(FakeManagement.emptyAnswer(operation.call())));
    fits(operation, send(operation, "{}"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void refusals_fit_whateverTheReason(Operation operation) {
    for (ErrorReason reason : ErrorReason.values()) {
      if (reason == ErrorReason.UNRECOGNIZED || !mayHappen(operation, reason)) {
        continue;
      }
      ApiException refusal =
          reason == ErrorReason.ERROR_REASON_INVALID_REQUEST
              ? ApiException.invalid("id", "missing (expected: a UUID)")
              : ApiException.of(reason, "a sentence", Map.of("key_id", Samples.ID));
      fixture
          .management()
          .when(
              operation.call(), FakeManagement.Behaviour.failing(Errors.toStatus(refusal, "r-1")));

      fits(operation, send(operation, "{}"));
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void refusalsOfTheEdgeItself_fit(Operation operation) {
    fits(operation, send(operation, "{", "X-API-Key", CALLER));
    fits(operation, send(operation, "{\"no_such_member\":1}", "X-API-Key", CALLER));
    fits(operation, send(operation, "{}", "X-API-Key", CALLER, "Idempotency-Key", "x"));
    fits(operation, send(operation, "{}", "X-API-Key", CALLER, "If-Match", "W/\"1\""));
    fits(operation, send(operation, "{}", "X-API-Key", CALLER, "Accept", "image/png"));
    fits(operation, send(operation, "{}", "X-API-Key", CALLER, "Authorization", "Bearer other"));
    fits(operation, send(operation, "{}", "X-Nothing", "at all"));
  }

  @Test
  void answersOfMeAndAuthenticate_fit() {
    fixture
        .keyService()
        .when(
            CALLER,
            FakeKeyService.Behaviour.answering(
                AuthenticateResponse.newBuilder()
                    .setAllowed((Allowed) Samples.filled(Allowed.getDefaultInstance()))
                    .build()));

    fits("/api/v1/me", "get", fixture.get("/api/v1/me", "X-API-Key", CALLER));
    fits("/api/v1/me", "get", fixture.get("/api/v1/me"));
    for (String asked : List.of(CALLER, TestKeys.key("unknown"))) {
      fits(
          "/api/v1/authenticate",
          "post",
          fixture.post(
              "/api/v1/authenticate",
              "{\"credential\":\"%s\"}".formatted(asked),
              "X-API-Key",
              CALLER));
    }
  }

  @Test
  void answersOfTheCheckForGateways_fit() {
    fixture
        .keyService()
        .when(
            CALLER,
            FakeKeyService.Behaviour.answering(
                AuthenticateResponse.newBuilder()
                    .setAllowed((Allowed) Samples.filled(Allowed.getDefaultInstance()))
                    .build()));

    for (String query : List.of("", "?scope=a&any_scope=b&resource=r&limit=l&cost=0", "?x=1")) {
      fits(
          "/api/v1/authorize",
          "get",
          fixture.get("/api/v1/authorize" + query, "X-API-Key", CALLER));
    }
    fits("/api/v1/authorize", "get", fixture.get("/api/v1/authorize"));
  }

  @Test
  void answersToStrangers_fit_alsoBeyondTheLimit() {
    for (int i = 0; i < 12; i++) {
      fits(
          "/api/v1/leaked-keys",
          "post",
          fixture.post("/api/v1/leaked-keys", i == 0 ? "{" : "{\"credential\":\"x\"}"));
      fits("/api/v1/me/revoke", "post", fixture.post("/api/v1/me/revoke", ""));
      fits(
          "/api/v1/me/revoke",
          "post",
          fixture.post("/api/v1/me/revoke", "{}", "X-API-Key", CALLER));
    }
  }

  @Test
  void operations_haveDistinctIds() {
    assertThat(
            document().getAsJsonObject("paths").asMap().values().stream()
                .flatMap(path -> path.getAsJsonObject().asMap().values().stream())
                .map(operation -> operation.getAsJsonObject().get("operationId").getAsString()))
        .doesNotHaveDuplicates();
  }

  @Test
  void schemas_canFail() {
    JsonObject me = Schemas.ref("Me");

    assertThat(mistakes(me, "{}")).isNotEmpty();
    assertThat(mistakes(Schemas.ref("GetKeyResponse"), "{\"key\":{},\"secret\":\"x\"}"))
        .isNotEmpty();
  }

  private static boolean mayHappen(Operation operation, ErrorReason reason) {
    return switch (Errors.codeOf(reason)) {
      case ALREADY_EXISTS, FAILED_PRECONDITION -> operation.takes(Operation.REQUEST_ID);
      case ABORTED -> operation.takes(Operation.ETAG);
      case NOT_FOUND ->
          operation.request().getDescriptorForType().getFields().stream()
              .anyMatch(
                  field ->
                      field.getName().endsWith("id")
                          && !field.getName().equals(Operation.REQUEST_ID));
      default -> true;
    };
  }

  private static HttpResponse<String> send(Operation operation, String body) {
    return send(operation, body, "X-API-Key", CALLER);
  }

  private static HttpResponse<String> send(Operation operation, String body, String... headers) {
    boolean bare = operation.bodyFields().isEmpty() && body.equals("{}");
    return fixture.send(
        operation.path(Samples.PATH),
        request ->
            request
                .headers(headers)
                .header("Content-Type", "application/json")
                .method(
                    operation.method().name(),
                    bare ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private static void fits(Operation operation, HttpResponse<String> response) {
    HttpMethod method = operation.method();
    fits(operation.template(), method.name().toLowerCase(Locale.ROOT), response);
  }

  /** The status is one that the document names, and the body is as it says there. */
  private static void fits(String path, String method, HttpResponse<String> response) {
    JsonObject document = document();
    JsonObject answers =
        document
            .getAsJsonObject("paths")
            .getAsJsonObject(path)
            .getAsJsonObject(method)
            .getAsJsonObject("responses");
    String status = Integer.toString(response.statusCode());
    assertThat(answers.keySet()).as(response.body()).contains(status);
    JsonObject answer = answers.getAsJsonObject(status);
    if (answer.has("$ref")) {
      String ref = answer.get("$ref").getAsString();
      answer =
          document
              .getAsJsonObject("components")
              .getAsJsonObject("responses")
              .getAsJsonObject(ref.substring(ref.lastIndexOf('/') + 1));
    }
    String type = response.headers().firstValue("Content-Type").orElse("");
    assertThat(answer.getAsJsonObject("content").keySet()).containsExactly(type);
    JsonObject schema =
        answer.getAsJsonObject("content").getAsJsonObject(type).getAsJsonObject("schema");
    assertThat(mistakes(schema, response.body())).as(response.body()).isEmpty();
  }

  /** Members that the document does not name are mistakes too, though it lets them be. */
  private static List<String> mistakes(JsonObject schema, String body) {
    JsonObject components = document().getAsJsonObject("components").deepCopy();
    components
        .getAsJsonObject("schemas")
        .entrySet()
        .forEach(named -> close(named.getValue().getAsJsonObject()));
    JsonObject root = schema.deepCopy();
    root.add("components", components);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(root.toString())
        .validate(
            body,
            InputFormat.JSON,
            execution -> execution.getExecutionConfig().setFormatAssertionsEnabled(true))
        .stream()
        .map(message -> message.getMessage())
        .toList();
  }

  private static void close(JsonObject schema) {
    if (schema.has("properties") && !schema.has("additionalProperties")) {
      schema.addProperty("additionalProperties", false);
    }
    for (JsonElement property :
        schema.has("properties")
            ? schema.getAsJsonObject("properties").asMap().values()
            : List.<JsonElement>of()) {
      close(property.getAsJsonObject());
    }
  }

  private static JsonObject document() {
    return JsonParser.parseString(OpenApiTest.text()).getAsJsonObject();
  }

  private static String text() {
    try {
      return Files.readString(DOCUMENT);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void everyReason_hasACodeOfItsOwn_orIsToldAsAnother() {
    List<String> told =
        List.of(
            "UNSPECIFIED",
            "CREDENTIAL_MISSING",
            "CREDENTIAL_INVALID",
            "CREDENTIAL_DENIED",
            "DEPENDENCY_UNAVAILABLE",
            "OVERLOADED",
            "DEADLINE_EXCEEDED");
    List<String> codes =
        Arrays.stream(dev.latchkey.edge.problem.ProblemCode.values()).map(Enum::name).toList();
    assertThat(ErrorReason.values())
        .filteredOn(reason -> reason != ErrorReason.UNRECOGNIZED)
        .extracting(Errors::wireName)
        .allSatisfy(
            name -> assertThat(codes.contains(name) || told.contains(name)).as(name).isTrue());
  }
}
