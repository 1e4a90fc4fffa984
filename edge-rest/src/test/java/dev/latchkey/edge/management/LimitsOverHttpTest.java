package dev.latchkey.edge.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeManagement.Behaviour;
import dev.latchkey.edge.testing.Samples;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.GetKeyResponse;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.ListKeysResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the services say of limits reaches the client, and only that. */
final class LimitsOverHttpTest {
  private static final String CALLER = TestKeys.key("limited");
  private static final String KEY = "/api/v1/keys/" + Samples.ID;
  private static final String POLICY = "\"management\";q=180;w=60";

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() {
    fixture = EdgeFixture.start();
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
  void allowedCall_saysHowItsLimitStands() {
    fixture.management().sending(limits(POLICY, "\"management\";r=179;t=60"));

    HttpResponse<String> response = get(KEY);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue(POLICY);
    assertThat(response.headers().firstValue("RateLimit")).hasValue("\"management\";r=179;t=60");
  }

  @Test
  void textsThatAreNoLists_areNotPassedOn() {
    fixture.management().sending(limits("<b>x</b>", "\"m\";r=1 , x"));

    HttpResponse<String> response = get(KEY);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
  }

  @Test
  void usedUpLimit_is429_withWhenAndWhich() {
    StatusRuntimeException refusal =
        Errors.toStatus(
            ApiException.of(
                ErrorReason.ERROR_REASON_RATE_LIMITED, "Used up.", Map.of("limit", "management")),
            "r");
    failing(retrying(refusal, 41_200), limits(POLICY, "\"management\";r=0;t=42"));

    HttpResponse<String> response = get(KEY);

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.body()).contains("\"code\":\"rate_limited\"", "\"limit\":\"management\"");
    assertThat(response.headers().firstValue("Retry-After")).hasValue("42");
    assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue(POLICY);
    assertThat(response.headers().firstValue("RateLimit")).hasValue("\"management\";r=0;t=42");
  }

  @Test
  void ceilingOfThePlan_is429_thatWaitingDoesNotHelp() {
    failing(
        Errors.toStatus(
            ApiException.of(
                ErrorReason.ERROR_REASON_PLAN_CEILING_REACHED,
                "No more.",
                Map.of("ceiling", "keys", "limit", "10")),
            "r"),
        new Metadata());

    HttpResponse<String> response = get(KEY);

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.body()).contains("\"code\":\"plan_ceiling_reached\"");
    assertThat(response.headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void pageOfLargeKeys_isPassedOn_wellBeyondGrpcsOwnLimit() {
    fixture
        .management()
        .when(KeyServiceGrpc.getListKeysMethod(), Behaviour.answering(page(1_000, 12_000)));

    HttpResponse<String> response = get("/api/v1/keys?page_size=1000");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body().length()).isGreaterThan(12_000_000);
  }

  @Test
  void pageBeyondAllMeasure_isAskedForSmaller_andNoLimitOfTheClients() {
    fixture
        .management()
        .when(KeyServiceGrpc.getListKeysMethod(), Behaviour.answering(page(1_000, 20_000)));

    HttpResponse<String> response = get("/api/v1/keys?page_size=1000");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("\"code\":\"invalid_request\"", "{\"field\":\"page_size\",");
  }

  @Test
  void answerBeyondAllMeasure_withoutPages_isAFaultOfOurs() {
    fixture
        .management()
        .when(
            KeyServiceGrpc.getGetKeyMethod(),
            Behaviour.answering(
                GetKeyResponse.newBuilder().setKey(page(1, 20 << 20).getKeys(0)).build()));

    assertThat(get(KEY).statusCode()).isEqualTo(500);
  }

  private static ListKeysResponse page(int keys, int size) {
    Key key = Key.newBuilder().setName("x".repeat(size)).build();
    ListKeysResponse.Builder page = ListKeysResponse.newBuilder();
    for (int i = 0; i < keys; i++) {
      page.addKeys(key);
    }
    return page.build();
  }

  private static Metadata limits(String policy, String state) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("ratelimit-policy", Metadata.ASCII_STRING_MARSHALLER), policy);
    metadata.put(Metadata.Key.of("ratelimit", Metadata.ASCII_STRING_MARSHALLER), state);
    return metadata;
  }

  private static StatusRuntimeException retrying(StatusRuntimeException refusal, long millis) {
    com.google.rpc.Status status = Objects.requireNonNull(StatusProto.fromThrowable(refusal));
    return StatusProto.toStatusRuntimeException(
        status.toBuilder()
            .addDetails(
                com.google.protobuf.Any.pack(
                    RetryInfo.newBuilder().setRetryDelay(Durations.fromMillis(millis)).build()))
            .build());
  }

  private static void failing(StatusRuntimeException refusal, Metadata more) {
    Metadata trailers = Objects.requireNonNull(Status.trailersFromThrowable(refusal));
    trailers.merge(more);
    fixture
        .management()
        .when(
            KeyServiceGrpc.getGetKeyMethod(),
            Behaviour.failing(new StatusRuntimeException(refusal.getStatus(), trailers)));
  }

  private static HttpResponse<String> get(String path) {
    return fixture.get(path, "X-API-Key", CALLER);
  }
}
