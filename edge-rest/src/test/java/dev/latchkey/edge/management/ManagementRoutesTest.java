package dev.latchkey.edge.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.latchkey.edge.json.MessageWriter;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeManagement;
import dev.latchkey.edge.testing.Samples;
import dev.latchkey.edge.testing.TestKeys;
import io.grpc.MethodDescriptor;
import io.micronaut.http.HttpMethod;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each route of the table: the right call with the right request, and its answer. */
final class ManagementRoutesTest {
  private static final String CALLER = TestKeys.key("manager");
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Set<String> FROM_HEADERS = Set.of(Operation.REQUEST_ID, Operation.ETAG);

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start();
    // Asked before an import is read.
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

  static List<Operation> operations() {
    return Operations.ALL;
  }

  @Test
  void everyCallOfManagement_hasARoute() {
    assertThat(
            Operations.ALL.stream()
                .map(operation -> operation.call().getFullMethodName())
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            FakeManagement.SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getFullMethodName)
                .toList());
  }

  @Test
  void routesAndTheirNames_areThereOnce() {
    assertThat(Operations.ALL.stream().map(Operation::id)).doesNotHaveDuplicates();
    assertThat(Operations.ALL.stream().map(route -> route.method() + " " + route.template()))
        .doesNotHaveDuplicates();
  }

  @Test
  void callWithTwoRoutes_hasTheSameRequest_onlyAboutSomethingElse() {
    Set<String> calls =
        Operations.ALL.stream()
            .map(operation -> operation.call().getFullMethodName())
            .filter(
                name ->
                    Operations.ALL.stream()
                            .filter(other -> other.call().getFullMethodName().equals(name))
                            .count()
                        > 1)
            .map(name -> name.substring(name.lastIndexOf('/') + 1))
            .collect(Collectors.toSet());

    assertThat(calls)
        .containsExactlyInAnyOrder(
            "RevokeKey", "GetCredits", "SetCredits", "AddCredits", "RemoveCredits", "QueryUsage");
    refusesUnknown("/api/v1/keys/k/usage?node_id=n", "node_id");
    refusesUnknown("/api/v1/nodes/n/usage?key_id=k", "key_id");
  }

  private static void refusesUnknown(String path, String field) {
    HttpResponse<String> response = fixture.get(path, "X-API-Key", CALLER);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("{\"field\":\"%s\",".formatted(field));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void route_makesItsCall_withAllThatTheRequestSays(Operation operation) {
    Message wanted = request(operation);

    HttpResponse<String> response = send(operation, wanted);

    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    FakeManagement.Call call = onlyCall();
    assertThat(call.method()).isEqualTo(operation.call().getFullMethodName());
    assertThat(call.request()).isEqualTo(wanted);
    assertThat(call.header("authorization")).isEqualTo("Bearer " + CALLER);
    assertThat(call.header("x-request-id")).isEqualTo("r-1");
    assertThat(call.header("x-latchkey-client-address")).isEqualTo("127.0.0.1");
    assertThat(call.header("traceparent")).isEqualTo(TRACEPARENT);
    assertThat(call.header("grpc-timeout")).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void answer_isTheMessage_withItsEtagAndPlace(Operation operation) {
    Message answer = Samples.answer(operation.call());

    HttpResponse<String> response = send(operation, request(operation));

    assertThat(response.statusCode()).isEqualTo(operation.creates() ? 201 : 200);
    assertThat(response.body())
        .isEqualTo(new String(MessageWriter.write(answer), StandardCharsets.UTF_8));
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.headers().firstValue("X-Request-Id")).hasValue("r-1");
    assertThat(response.headers().firstValue("ETag").isPresent())
        .isEqualTo(operation.resource().isPresent());
    response
        .headers()
        .firstValue("ETag")
        .ifPresent(tag -> assertThat(tag).isEqualTo("\"" + Samples.ETAG + "\""));
    assertThat(response.headers().firstValue("Location").orElse(""))
        .isEqualTo(operation.creates() ? operation.template() + "/" + Samples.ID : "");
  }

  @ParameterizedTest
  @MethodSource("operations")
  void emptyAnswer_isPassedOnToo(Operation operation) {
    fixture
        .management()
        .when(
            operation.call(),
            FakeManagement.Behaviour.answering(FakeManagement.emptyAnswer(operation.call())));

    HttpResponse<String> response = send(operation, request(operation));

    assertThat(response.statusCode()).isBetween(200, 299);
    assertThat(response.headers().firstValue("ETag")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void callerWithoutKey_isRefused_andNoCallIsMade(Operation operation) {
    HttpResponse<String> response =
        fixture.send(
            operation.path(Samples.PATH),
            request -> request.method(operation.method().name(), BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"code\":\"missing_api_key\"");
    assertThat(fixture.management().calls()).isEmpty();
  }

  @Test
  void head_isGetWithoutTheBody() {
    HttpResponse<String> response =
        fixture.send(
            "/api/v1/keys/" + Samples.ID,
            request -> request.header("X-API-Key", CALLER).method("HEAD", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("ETag")).hasValue("\"" + Samples.ETAG + "\"");
  }

  @Test
  void otherMethods_are405_withThoseThatThereAre() {
    HttpResponse<String> response =
        fixture.send(
            "/api/v1/keys/" + Samples.ID,
            request -> request.header("X-API-Key", CALLER).PUT(BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow"))
        .hasValue("DELETE, GET, HEAD, OPTIONS, PATCH");
  }

  @Test
  void pathVariable_isDecodedOnce_andNeverReachesAnotherRoute() {
    fixture.get("/api/v1/keys/a%2Fb%252Fc", "X-API-Key", CALLER);
    fixture.post("/api/v1/keys/a%2Frevoke", "{}", "X-API-Key", CALLER);

    assertThat(fixture.management().calls())
        .singleElement()
        .satisfies(call -> assertThat(call.request().toString()).contains("id: \"a/b%2Fc\""));
  }

  /** A request with something in every field that the route takes. */
  private static Message request(Operation operation) {
    Message.Builder request = Samples.filled(operation.request()).toBuilder();
    operation
        .fixed()
        .forEach(
            (name, value) ->
                request.setField(request.getDescriptorForType().findFieldByName(name), value));
    if (operation.method() == HttpMethod.DELETE) {
      Set<String> taken =
          Stream.of(operation.pathFields(), operation.fixed().keySet(), FROM_HEADERS)
              .flatMap(Set::stream)
              .collect(Collectors.toSet());
      request.getAllFields().keySet().stream()
          .filter(field -> !taken.contains(field.getName()))
          .forEach(request::clearField);
    }
    return request.build();
  }

  private static HttpResponse<String> send(Operation operation, Message message) {
    return fixture.send(
        operation.path(Samples.PATH) + query(operation, message),
        request -> {
          request.headers("X-API-Key", CALLER, "X-Request-Id", "r-1", "traceparent", TRACEPARENT);
          if (operation.method() != HttpMethod.GET && operation.takes(Operation.REQUEST_ID)) {
            request.header("Idempotency-Key", Samples.ID);
          }
          if (operation.takes(Operation.ETAG)) {
            request.header("If-Match", "\"" + Samples.ETAG + "\"");
          }
          if (operation.bodyFields().isEmpty()) {
            return request.method(operation.method().name(), BodyPublishers.noBody());
          }
          return request
              .header("Content-Type", "application/json")
              .method(operation.method().name(), BodyPublishers.ofString(body(operation, message)));
        });
  }

  private static String body(Operation operation, Message message) {
    Message.Builder body = message.newBuilderForType();
    operation.bodyFields().stream()
        .filter(field -> !FROM_HEADERS.contains(field.getName()))
        .forEach(field -> body.setField(field, message.getField(field)));
    // Members that are empty here would have to be in the message that is expected.
    Message built = body.build();
    try {
      return com.google.protobuf.util.JsonFormat.printer().preservingProtoFieldNames().print(built);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String query(Operation operation, Message message) {
    String query =
        operation.queryFields().stream()
            .map(field -> field.getName() + "=" + encoded(field, message))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }

  private static String encoded(FieldDescriptor field, Message message) {
    Object value = message.getField(field);
    String text =
        switch (value) {
          case EnumValueDescriptor known -> known.getName();
          case Timestamp time -> Timestamps.toString(time);
          default -> value.toString();
        };
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static FakeManagement.Call onlyCall() {
    assertThat(fixture.management().calls()).hasSize(1);
    return fixture.management().calls().getFirst();
  }
}
