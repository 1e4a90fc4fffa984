package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.RateLimitHeaders;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc.KeyServiceBlockingStub;
import dev.latchkey.proto.keys.v1.LimitState;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits on the rate of calls as callers see them, through the whole service. */
final class LimitsTest {
  private static RunningKeyService service;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static RateLimit limit(String name, long amount) {
    return RateLimit.newBuilder()
        .setName(name)
        .setAmount(amount)
        .setWindow(Duration.newBuilder().setSeconds(3_600))
        .build();
  }

  private static RateLimit shared(String name, long amount) {
    return limit(name, amount).toBuilder().setShared(true).build();
  }

  private static CreateKeyResponse key(String nodeId, List<RateLimit> limits, String... scopes) {
    return service
        .keys()
        .createKey(
            CreateKeyRequest.newBuilder()
                .setNodeId(nodeId)
                .setName("limited")
                .addAllRateLimits(limits)
                .addAllScopes(List.of(scopes))
                .build());
  }

  private static AuthenticateResponse ask(AuthenticateRequest.Builder request) {
    return service.authentication().authenticate(request.build());
  }

  private static AuthenticateRequest.Builder request(CreateKeyResponse key) {
    return AuthenticateRequest.newBuilder().setCredential(key.getSecret());
  }

  private static Allowed allowed(AuthenticateRequest.Builder request) {
    AuthenticateResponse answer = ask(request);
    assertThat(answer.hasAllowed()).as("%s", answer.getDenied()).isTrue();
    return answer.getAllowed();
  }

  private static Denied denied(AuthenticateRequest.Builder request) {
    AuthenticateResponse answer = ask(request);
    assertThat(answer.hasDenied()).isTrue();
    return answer.getDenied();
  }

  private static void update(String id, RateLimit... limits) {
    Key changed =
        service
            .keys()
            .updateKey(
                UpdateKeyRequest.newBuilder()
                    .setId(id)
                    .addAllRateLimits(List.of(limits))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("rate_limits"))
                    .build())
            .getKey();
    assertThat(changed.getRateLimitsList()).containsExactly(limits);
  }

  @Test
  void keysOwnLimit_isKeptAndShown_andSaysWhenToComeBack() {
    StandInTenancy.Branch acme = service.tenancy().branch("own");
    CreateKeyResponse key = key(acme.environment().getId(), List.of(limit("data", 2)));
    assertThat(key.getKey().getRateLimitsList()).containsExactly(limit("data", 2));
    assertThat(
            service
                .keys()
                .getKey(GetKeyRequest.newBuilder().setId(key.getKey().getId()).build())
                .getKey()
                .getRateLimitsList())
        .containsExactly(limit("data", 2));

    LimitState first = allowed(request(key)).getLimits(0);
    assertThat(first.getName()).isEqualTo("data");
    assertThat(first.getAmount()).isEqualTo(2);
    assertThat(first.getRemaining()).isEqualTo(1);
    assertThat(first.getResetAfter().getSeconds()).isBetween(3_500L, 3_600L);
    assertThat(allowed(request(key)).getLimits(0).getRemaining()).isZero();
    Denied third = denied(request(key));
    assertThat(third.getReason()).isEqualTo(DenialReason.DENIAL_REASON_RATE_LIMITED);
    assertThat(third.getKeyId()).isEqualTo(key.getKey().getId());
    assertThat(third.getRetryAfter().getSeconds()).isBetween(3_500L, 3_600L);
    assertThat(third.getLimits(0).getRemaining()).isZero();
    assertThat(allowed(request(key).setCost(0)).getLimitsList()).isEmpty();
    assertThat(allowed(request(key).setLimit("search")).getLimitsList()).isEmpty();
    assertThat(denied(request(key).setCost(3)).hasRetryAfter())
        .as("more than it can ever give")
        .isFalse();
  }

  @Test
  void systemsClock_movesNoWindow() {
    StandInTenancy.Branch acme = service.tenancy().branch("clock");
    CreateKeyResponse key = key(acme.environment().getId(), List.of(limit("data", 1)));
    allowed(request(key));
    for (int hours : List.of(48, -96, 48)) {
      service.clock().advance(java.time.Duration.ofHours(hours));
      assertThat(denied(request(key)).getReason())
          .isEqualTo(DenialReason.DENIAL_REASON_RATE_LIMITED);
    }
  }

  @Test
  void nearestLimit_holds_byName_andChangesReachLivingKeys() {
    StandInTenancy.Branch acme = service.tenancy().branch("levels");
    CreateKeyResponse key = key(acme.workspace().getId(), List.of());
    assertThat(allowed(request(key)).getLimitsList()).isEmpty();

    service.tenancy().put(acme.plan().toBuilder().addRateLimits(limit("data", 100)).build());
    awaitAmount(key, 100);
    service.tenancy().put(acme.organization().addRateLimits(limit("data", 90)).build());
    awaitAmount(key, 90);
    service.tenancy().put(acme.project().addRateLimits(limit("data", 80)).build());
    awaitAmount(key, 80);
    service.tenancy().put(acme.environment().addRateLimits(limit("data", 70)).build());
    awaitAmount(key, 70);
    service.tenancy().put(acme.workspace().addRateLimits(limit("data", 60)).build());
    awaitAmount(key, 60);
    LimitState before = allowed(request(key)).getLimits(0);
    update(key.getKey().getId(), limit("data", 50));
    assertThat(allowed(request(key)).getLimits(0).getRemaining())
        .as("what was used is still used")
        .isEqualTo(before.getRemaining() - 11);
    update(key.getKey().getId());
    awaitAmount(key, 60);
    service.tenancy().put(acme.workspace().clearRateLimits().build());
    awaitAmount(key, 70);
  }

  private static void awaitAmount(CreateKeyResponse key, long amount) {
    Conditions.await(
        "limited to " + amount,
        () ->
            allowed(request(key)).getLimitsList().stream()
                .anyMatch(state -> state.getAmount() == amount));
  }

  @Test
  void sharedLimit_countsAllKeysBelow_besideTheirOwn() {
    StandInTenancy.Branch acme = service.tenancy().branch("shared");
    service.tenancy().put(acme.project().addRateLimits(shared("data", 5)).build());
    CreateKeyResponse one = key(acme.environment().getId(), List.of(limit("data", 3)));
    CreateKeyResponse two = key(acme.workspace().getId(), List.of(limit("data", 100)));
    Conditions.await(
        "the shared limit", () -> allowed(request(two).setCost(1)).getLimitsCount() == 2);
    long left =
        allowed(request(two)).getLimitsList().stream()
            .filter(LimitState::getShared)
            .findFirst()
            .orElseThrow()
            .getRemaining();
    for (long i = left; i > 0; i--) {
      allowed(request(i % 2 == 0 ? one : two));
    }

    Denied refused = denied(request(two));
    assertThat(refused.getLimits(0).getShared()).as("the one that refused comes first").isTrue();
    assertThat(denied(request(one)).getLimits(0).getShared()).isTrue();
  }

  @Test
  void denialForAnotherReason_takesNothing() {
    StandInTenancy.Branch acme = service.tenancy().branch("denied");
    CreateKeyResponse key = key(acme.environment().getId(), List.of(limit("data", 1)));
    for (int i = 0; i < 5; i++) {
      assertThat(denied(request(key).addRequiredScopes("a:b")).getReason())
          .isEqualTo(DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE);
    }
    allowed(request(key));
  }

  @Test
  void batch_drawsInOrder() {
    StandInTenancy.Branch acme = service.tenancy().branch("batch");
    CreateKeyResponse key = key(acme.environment().getId(), List.of(limit("data", 5)));
    AuthenticateBatchRequest.Builder batch = AuthenticateBatchRequest.newBuilder();
    for (long cost : List.of(3, 3, 2, 1)) {
      batch.addRequests(request(key).setCost(cost));
    }

    assertThat(service.authentication().authenticateBatch(batch.build()).getResponsesList())
        .extracting(AuthenticateResponse::hasAllowed)
        .containsExactly(true, false, true, false);
  }

  @Test
  void successor_keepsTheLimits_andIsCountedOnItsOwn() {
    StandInTenancy.Branch acme = service.tenancy().branch("rotated");
    CreateKeyResponse key = key(acme.environment().getId(), List.of(limit("data", 1)));
    allowed(request(key));

    RotateKeyResponse rotated =
        service
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setGracePeriod(Duration.newBuilder().setSeconds(60))
                    .build());

    assertThat(rotated.getKey().getRateLimitsList()).containsExactly(limit("data", 1));
    allowed(AuthenticateRequest.newBuilder().setCredential(rotated.getSecret()));
    assertThat(denied(request(key)).getReason()).isEqualTo(DenialReason.DENIAL_REASON_RATE_LIMITED);
  }

  @Test
  void managementCalls_drawFromTheirLimit_andTellTheCaller() {
    StandInTenancy.Branch acme = service.tenancy().branch("managed");
    CreateKeyResponse maker =
        key(acme.organization().getId(), List.of(limit("management", 2)), Scopes.KEYS_READ);
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    KeyServiceBlockingStub stub =
        service
            .keys(Secret.of(maker.getSecret()))
            .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    for (int i = 0; i < 5; i++) {
      Refusals.of(() -> stub.createKey(CreateKeyRequest.getDefaultInstance()))
          .hasReason(ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE);
    }

    var _ = stub.listKeys(ListKeysRequest.getDefaultInstance());
    Metadata first = Objects.requireNonNull(headers.get());
    assertThat(first.get(RateLimitHeaders.POLICY)).isEqualTo("\"management\";q=2;w=3600");
    assertThat(first.get(RateLimitHeaders.LIMIT)).isEqualTo("\"management\";r=1;t=3600");
    var _ = stub.listKeys(ListKeysRequest.getDefaultInstance());
    StatusRuntimeException[] thrown = new StatusRuntimeException[1];
    Refusals refusal =
        Refusals.of(
            () -> {
              try {
                var _ = stub.listKeys(ListKeysRequest.getDefaultInstance());
              } catch (StatusRuntimeException e) {
                thrown[0] = e;
                throw e;
              }
            });

    refusal.hasReason(ErrorReason.ERROR_REASON_RATE_LIMITED);
    assertThat(refusal.metadata()).containsEntry("limit", "management");
    Metadata last = Objects.requireNonNull(thrown[0].getTrailers());
    assertThat(last.get(RateLimitHeaders.POLICY)).isEqualTo("\"management\";q=2;w=3600");
    assertThat(last.get(RateLimitHeaders.LIMIT)).startsWith("\"management\";r=0;t=3");
    assertThat(
            Objects.requireNonNull(io.grpc.protobuf.StatusProto.fromThrowable(thrown[0]))
                .getDetailsList())
        .extracting(detail -> detail.getTypeUrl().replaceFirst(".*/google.rpc.", ""))
        .contains("RetryInfo", "QuotaFailure");
    allowed(request(maker));
  }

  @Test
  void theServicesOwnLookAtItsCaller_takesNothing() {
    StandInTenancy.Branch acme = service.tenancy().branch("asking");
    CreateKeyResponse asker =
        key(
            acme.organization().getId(),
            List.of(limit("management", 1), limit("data", 1)),
            Scopes.KEYS_AUTHENTICATE,
            Scopes.KEYS_READ);
    var stub =
        dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.newBlockingStub(service.channel())
            .withCallCredentials(
                dev.latchkey.kit.grpc.ServiceCredential.of(Secret.of(asker.getSecret())));
    for (int i = 0; i < 5; i++) {
      assertThat(stub.authenticate(AuthenticateRequest.getDefaultInstance()).hasDenied()).isTrue();
    }

    allowed(request(asker));
    allowed(request(asker).setLimit("management"));
  }
}
