package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.latchkey.keys.support.RedisServer;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests are read into one place of each thread. Those that have to wait while the next is read
 * there are decided as they were asked, and no request leaves anything to the next.
 */
final class WaitingAsksTest {
  private static final int ROUNDS = 50;

  private static RedisServer redis;
  private static RunningKeyService service;
  private static Decisions decisions;
  private static KeyDirectory directory;

  @BeforeAll
  static void start() {
    redis = new RedisServer();
    service =
        new RunningKeyService(
            Map.of("LATCHKEY_REDIS_URL", redis.url(), "LATCHKEY_REDIS_TIMEOUT", "100ms"));
    decisions = service.host().context().getBean(Decisions.class);
    directory = service.host().context().getBean(KeyDirectory.class);
  }

  @AfterAll
  static void stop() {
    service.close();
    redis.close();
  }

  private static CreateKeyRequest.Builder key(String branch) {
    return CreateKeyRequest.newBuilder()
        .setNodeId(service.tenancy().branch(branch).environment().getId())
        .setName("waiting");
  }

  private static AuthenticateRequest.Builder asking(CreateKeyRequest.Builder key) {
    return AuthenticateRequest.newBuilder()
        .setCredential(service.keys().createKey(key.build()).getSecret());
  }

  private static AuthenticateResponse end(Step step) throws Exception {
    return message(Decisions.end(step).get(10, TimeUnit.SECONDS));
  }

  private static AuthenticateResponse message(Answer answer) throws IOException {
    byte[] bytes = new byte[answer.size()];
    answer.writeTo(CodedOutputStream.newInstance(bytes));
    return AuthenticateResponse.parseFrom(bytes);
  }

  @Test
  void requestsWhoseKeyIsReadFirst_areDecidedAsTheyWereAsked() throws Exception {
    AuthenticateRequest.Builder asking =
        asking(
            key("read-first")
                .addScopes("documents:read")
                .addAllowedNetworks("2001:db8::/32")
                .addAllowedNetworks("192.0.2.0/24"));
    AuthenticateRequest good =
        asking
            .clone()
            .setClientAddress("2001:db8::7")
            .addRequiredScopes("documents:read")
            .addAnyScopes("documents:read")
            .build();
    AuthenticateRequest elsewhere = asking.clone().setClientAddress("2001:db9::7").build();
    AuthenticateRequest more =
        asking.clone().setClientAddress("192.0.2.7").addRequiredScopes("documents:write").build();
    for (int round = 0; round < ROUNDS; round++) {
      directory.forgetAll();
      Step first = decisions.begin(good.toByteArray());
      Step second = decisions.begin(elsewhere.toByteArray());
      Step third = decisions.begin(more.toByteArray());

      assertThat(first).isInstanceOf(Step.Later.class);
      assertThat(end(first).hasAllowed()).isTrue();
      assertThat(end(second).getDenied().getReason())
          .isEqualTo(DenialReason.DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED);
      assertThat(end(third).getDenied().getMissingScopesList()).containsExactly("documents:write");
    }
  }

  @Test
  void requestsThatWaitForASharedLimit_payWhatTheyWereAskedFor() throws Exception {
    AuthenticateRequest.Builder asking =
        asking(
            key("shared-limit")
                .setCredits(Credits.newBuilder().setRemaining(1_000_000_000))
                .addRateLimits(
                    RateLimit.newBuilder()
                        .setName("data")
                        .setAmount(1_000_000_000)
                        .setWindow(com.google.protobuf.Duration.newBuilder().setSeconds(3_600))));
    AuthenticateRequest cheap = asking.clone().setCost(1).build();
    AuthenticateRequest dear = asking.clone().setCost(1_000).build();
    assertThat(service.authentication().authenticate(cheap).hasAllowed()).isTrue();
    long start = System.nanoTime();
    int rounds = 0;
    // Where Redis is late for once, none is waited for until it has answered again.
    for (int waited = 0; waited < ROUNDS; rounds++) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
      Step first = decisions.begin(cheap.toByteArray());
      Step second = decisions.begin(dear.toByteArray());

      waited += first instanceof Step.Later ? 1 : 0;
      assertThat(end(first).hasAllowed()).isTrue();
      assertThat(end(second).hasAllowed()).isTrue();
    }

    long left =
        service.authentication().authenticate(cheap).getAllowed().getCredits(0).getRemaining();
    assertThat(1_000_000_000 - left).isEqualTo(2 + rounds * 1_001L);
  }

  private static void read(AskReader reader, AuthenticateRequest request) throws Exception {
    byte[] bytes = request.toByteArray();
    reader.read(bytes, 0, bytes.length);
  }

  @Test
  void aRequestThatIsDecidedWithinAnother_hasAPlaceOfItsOwn() throws Exception {
    AskReader outer = AskReader.take();
    read(outer, AuthenticateRequest.newBuilder().setCost(7).build());
    AskReader inner = AskReader.take();
    read(inner, AuthenticateRequest.newBuilder().setCost(8).build());
    inner.back();

    assertThat(outer.cost()).isEqualTo(7);
    outer.back();
    AskReader next = AskReader.take();
    assertThat(next).isSameAs(outer);
    next.back();
  }

  @Test
  void aRequestWithMistakes_leavesNoneToTheNext() throws Exception {
    AskReader reader = AskReader.take();
    AuthenticateRequest wrong =
        AuthenticateRequest.newBuilder().setCost(-1).setClientAddress("nowhere").build();

    assertThatThrownBy(() -> read(reader, wrong)).isInstanceOf(ApiException.class);
    read(reader, AuthenticateRequest.newBuilder().setCost(5).build());

    assertThat(reader.cost()).isEqualTo(5);
    assertThat(reader.client()).isNull();
    reader.back();
  }
}
