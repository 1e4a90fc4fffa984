package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import dev.latchkey.proto.tenancy.v1.Ceilings;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An organization has no more live keys than its plan allows. */
final class KeyCeilingTest {
  private static RunningKeyService service;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static StandInTenancy.Branch branch(String name, long ceiling) {
    StandInTenancy.Branch branch = service.tenancy().branch(name);
    service
        .tenancy()
        .put(branch.plan().toBuilder().setCeilings(Ceilings.newBuilder().setKeys(ceiling)).build());
    UUID organization = UUID.fromString(branch.organization().getId());
    TenancyModel model = service.host().context().getBean(TenancyModel.class);
    Conditions.await(
        "the ceiling",
        () -> model.require(organization).keyCeiling().equals(OptionalLong.of(ceiling)));
    return branch;
  }

  private static void awaitFull(String node) {
    Refusals refusal = Refusals.of(() -> service.create(node));
    refusal.hasReason(ErrorReason.ERROR_REASON_PLAN_CEILING_REACHED);
    assertThat(refusal.metadata()).containsEntry("ceiling", "keys").containsKey("limit");
  }

  private static void revoke(String id) {
    service
        .keys()
        .revokeKey(
            RevokeKeyRequest.newBuilder()
                .setId(id)
                .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                .build());
  }

  @Test
  void atTheCeiling_noKeyIsMade_atAnyNode_untilOneIsGone() {
    StandInTenancy.Branch acme = branch("full", 3);
    String first = service.create(acme.organization().getId()).getKey().getId();
    service.create(acme.project().getId());
    service.createFor(
        service.member(
            acme.organization().getId(),
            acme.workspace().getId(),
            dev.latchkey.kit.access.Role.MEMBER),
        acme.workspace().getId());

    awaitFull(acme.organization().getId());
    awaitFull(acme.workspace().getId());

    revoke(first);
    service.create(acme.environment().getId());
    awaitFull(acme.environment().getId());
  }

  @Test
  void anExpiredKey_makesRoom() {
    StandInTenancy.Branch acme = branch("expiring", 1);
    long end = service.clock().instant().getEpochSecond() + 60;
    service
        .keys()
        .createKey(
            CreateKeyRequest.newBuilder()
                .setNodeId(acme.project().getId())
                .setName("short")
                .setExpireTime(Timestamp.newBuilder().setSeconds(end))
                .build());
    awaitFull(acme.project().getId());

    service.clock().advance(java.time.Duration.ofSeconds(61));

    service.create(acme.project().getId());
  }

  @Test
  void aRotation_isAlwaysPossible_andCountsOnce() {
    StandInTenancy.Branch acme = branch("rotating", 2);
    String node = acme.project().getId();
    String key = service.create(node).getKey().getId();

    RotateKeyResponse rotated =
        service
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(key)
                    .setGracePeriod(Duration.newBuilder().setSeconds(3_600))
                    .build());

    service.create(node);
    awaitFull(node);
    assertThat(
            service
                .keys()
                .rotateKey(RotateKeyRequest.newBuilder().setId(rotated.getKey().getId()).build())
                .getKey()
                .getPredecessorKeyId())
        .as("at the ceiling too")
        .isEqualTo(rotated.getKey().getId());
  }

  @Test
  void aRotatedKey_countsAgain_whenItsSuccessorIsGone() {
    StandInTenancy.Branch acme = branch("unrotated", 1);
    String node = acme.project().getId();
    String key = service.create(node).getKey().getId();
    RotateKeyResponse rotated =
        service
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(key)
                    .setGracePeriod(Duration.newBuilder().setSeconds(3_600))
                    .build());

    revoke(rotated.getKey().getId());

    awaitFull(node);
    revoke(key);
    service.create(node);
  }

  @Test
  void manyAtOnce_neverPassIt() throws Exception {
    StandInTenancy.Branch acme = branch("hurried", 5);
    List<CompletableFuture<Boolean>> attempts = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 40; i++) {
        attempts.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    service.create(acme.workspace().getId());
                    return true;
                  } catch (StatusRuntimeException full) {
                    return false;
                  }
                },
                threads));
      }
      assertThat(attempts.stream().filter(CompletableFuture::join)).hasSize(5);
    }
  }

  @Test
  void aCeilingOfNone_isOne_andNoCeilingIsNone() {
    awaitFull(branch("none", 0).project().getId());
    StandInTenancy.Branch free = service.tenancy().branch("free");
    for (int i = 0; i < 10; i++) {
      service.create(free.project().getId());
    }
  }
}
