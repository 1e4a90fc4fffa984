package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.latchkey.keys.support.RedisServer;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits that two whole nodes share, as callers see them. */
final class SharedLimitsServiceTest {
  private static RedisServer redis;
  private static RunningKeyService one;
  private static RunningKeyService two;

  @BeforeAll
  static void start() {
    redis = new RedisServer();
    Map<String, String> settings =
        Map.of("LATCHKEY_REDIS_URL", redis.url(), "LATCHKEY_REDIS_TIMEOUT", "100ms");
    one = new RunningKeyService(settings);
    two = RunningKeyService.beside(one, settings);
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
    redis.close();
  }

  private static CreateKeyResponse key(String branch, String limit, long amount) {
    return one.keys()
        .createKey(
            CreateKeyRequest.newBuilder()
                .setNodeId(one.tenancy().branch(branch).environment().getId())
                .setName("limited")
                .addScopes(Scopes.KEYS_READ)
                .addRateLimits(
                    RateLimit.newBuilder()
                        .setName(limit)
                        .setAmount(amount)
                        .setWindow(Duration.newBuilder().setSeconds(3_600)))
                .build());
  }

  @Test
  void limit_isOne_whicheverNodeIsAsked() {
    CreateKeyResponse key = key("one-limit", "data", 5);
    List<RunningKeyService> nodes = List.of(one, two, two, one, two);
    for (int left = 4; left >= 0; left--) {
      AuthenticateResponse answer = nodes.get(left).authenticate(key.getSecret());
      assertThat(answer.getAllowed().getLimits(0).getRemaining()).isEqualTo(left);
    }
    for (RunningKeyService node : nodes) {
      AuthenticateResponse answer = node.authenticate(key.getSecret());
      assertThat(answer.getDenied().getReason()).isEqualTo(DenialReason.DENIAL_REASON_RATE_LIMITED);
      assertThat(answer.getDenied().getRetryAfter().getSeconds()).isBetween(3_500L, 3_600L);
    }
  }

  @Test
  void batch_drawsInOrder() {
    CreateKeyResponse key = key("one-batch", "data", 5);
    AuthenticateBatchRequest.Builder batch = AuthenticateBatchRequest.newBuilder();
    for (long cost : List.of(3, 3, 2, 1)) {
      batch.addRequests(
          AuthenticateRequest.newBuilder().setCredential(key.getSecret()).setCost(cost));
    }

    assertThat(two.authentication().authenticateBatch(batch.build()).getResponsesList())
        .extracting(AuthenticateResponse::hasAllowed)
        .containsExactly(true, false, true, false);
  }

  @Test
  void aDenialAtTheCredits_givesBackWhatTheSharedLimitTook() {
    String secret =
        one.keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(one.tenancy().branch("one-quota").environment().getId())
                    .setName("limited, with credits")
                    .setCredits(Credits.newBuilder().setRemaining(3))
                    .addRateLimits(
                        RateLimit.newBuilder()
                            .setName("data")
                            .setAmount(10)
                            .setWindow(Duration.newBuilder().setSeconds(3_600)))
                    .build())
            .getSecret();

    assertThat(draw(secret, 2).getAllowed().getLimits(0).getRemaining()).isEqualTo(8);
    for (int i = 0; i < 3; i++) {
      assertThat(draw(secret, 2).getDenied().getReason())
          .isEqualTo(DenialReason.DENIAL_REASON_QUOTA_EXHAUSTED);
    }
    assertThat(draw(secret, 1).getAllowed().getLimits(0).getRemaining()).isEqualTo(7);
  }

  private static AuthenticateResponse draw(String secret, long cost) {
    return two.authentication()
        .authenticate(AuthenticateRequest.newBuilder().setCredential(secret).setCost(cost).build());
  }

  @Test
  void managementCalls_drawFromTheSharedLimit() {
    CreateKeyResponse key = key("one-management", "management", 2);
    for (RunningKeyService node : List.of(one, two)) {
      var _ = node.keys(Secret.of(key.getSecret())).listKeys(ListKeysRequest.getDefaultInstance());
    }
    for (RunningKeyService node : List.of(one, two)) {
      Refusals.of(
              () ->
                  node.keys(Secret.of(key.getSecret()))
                      .listKeys(ListKeysRequest.getDefaultInstance()))
          .hasReason(ErrorReason.ERROR_REASON_RATE_LIMITED);
    }
  }
}
