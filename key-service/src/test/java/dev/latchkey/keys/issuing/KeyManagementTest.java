package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.KeyState;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class KeyManagementTest {
  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static CreateKeyRequest.Builder inStaging() {
    return CreateKeyRequest.newBuilder().setNodeId(acme.environment().getId()).setName("backend");
  }

  private static Key read(String id) {
    return service.keys().getKey(GetKeyRequest.newBuilder().setId(id).build()).getKey();
  }

  private static Key revoke(String id) {
    return service
        .keys()
        .revokeKey(
            RevokeKeyRequest.newBuilder()
                .setId(id)
                .setReason(RevocationReason.REVOCATION_REASON_COMPROMISED)
                .setNote("seen in a public repository")
                .build())
        .getKey();
  }

  private static Timestamp in(long seconds) {
    Instant time = service.clock().instant().plusSeconds(seconds);
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano() / 1_000_000 * 1_000_000)
        .build();
  }

  @Test
  void createdKey_hasWhatWasAskedFor_andItsSecretOnlyInTheAnswer() {
    CreateKeyResponse created =
        service
            .keys()
            .createKey(
                inStaging()
                    .addScopes("memories:write")
                    .addScopes("memories:read")
                    .addScopes("memories:read")
                    .putMetadata("team", "search")
                    .setMode(KeyMode.KEY_MODE_TEST)
                    .build());

    Key key = created.getKey();
    assertThat(created.getSecret())
        .startsWith("mk_test_staging_")
        .endsWith(key.getLastCharacters());
    assertThat(key.getPrefix()).isEqualTo("mk_test_staging_");
    assertThat(key.getScopesList()).containsExactly("memories:read", "memories:write");
    assertThat(key.getMetadataMap()).containsEntry("team", "search");
    assertThat(key.getState()).isEqualTo(KeyState.KEY_STATE_ACTIVE);
    assertThat(key.getNode().getLevel()).isEqualTo(NodeLevel.NODE_LEVEL_ENVIRONMENT);
    assertThat(read(key.getId())).isEqualTo(key);
  }

  @Test
  void repeatedCreate_makesNoSecondKey_andSaysThatTheSecretWasGiven() {
    CreateKeyRequest request =
        inStaging().setName("once").setRequestId(UUID.randomUUID().toString()).build();
    Key first = service.keys().createKey(request).getKey();

    Refusals repeat = Refusals.of(() -> service.keys().createKey(request));

    repeat.hasReason(ErrorReason.ERROR_REASON_SECRET_ALREADY_ISSUED);
    assertThat(repeat.metadata()).containsEntry("key_id", first.getId());
    Refusals.of(() -> service.keys().createKey(request.toBuilder().setName("other").build()))
        .hasReason(ErrorReason.ERROR_REASON_REQUEST_ID_REUSED);
  }

  @Test
  void manyRepeatsAtOnce_makeOneKey() throws Exception {
    CreateKeyRequest request =
        inStaging().setName("raced").setRequestId(UUID.randomUUID().toString()).build();
    List<Callable<Boolean>> repeats = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      repeats.add(
          () -> {
            try {
              return !service.keys().createKey(request).getSecret().isEmpty();
            } catch (io.grpc.StatusRuntimeException refused) {
              return false;
            }
          });
    }
    int made = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> repeat : threads.invokeAll(repeats)) {
        made += repeat.get() ? 1 : 0;
      }
    }
    assertThat(made).isEqualTo(1);
  }

  @Test
  void revokedKey_isRefusedOnTheSameNode_beforeTheCallReturns_andForGood() {
    for (int i = 0; i < 200; i++) {
      CreateKeyResponse created = service.keys().createKey(inStaging().build());
      assertThat(service.authenticate(created.getSecret()).hasAllowed()).isTrue();
      revoke(created.getKey().getId());
      assertThat(service.denial(created.getSecret())).isEqualTo(DenialReason.DENIAL_REASON_REVOKED);
    }
  }

  @Test
  void revocation_keepsItsFirstReason_andNoWayLeadsBack() {
    Key key = service.keys().createKey(inStaging().build()).getKey();
    Key revoked = revoke(key.getId());

    Key again =
        service
            .keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.getId())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .build())
            .getKey();

    assertThat(again).isEqualTo(revoked);
    assertThat(revoked.getRevocation().getNote()).isEqualTo("seen in a public repository");
    String id = key.getId();
    Refusals.of(() -> service.keys().enableKey(EnableKeyRequest.newBuilder().setId(id).build()))
        .hasReason(ErrorReason.ERROR_REASON_KEY_REVOKED);
    Refusals.of(() -> service.keys().rotateKey(RotateKeyRequest.newBuilder().setId(id).build()))
        .hasReason(ErrorReason.ERROR_REASON_KEY_REVOKED);
    Refusals.of(
            () ->
                service
                    .keys()
                    .updateKey(
                        UpdateKeyRequest.newBuilder()
                            .setId(id)
                            .setName("n")
                            .setUpdateMask(FieldMask.newBuilder().addPaths("name"))
                            .build()))
        .hasReason(ErrorReason.ERROR_REASON_KEY_REVOKED);
  }

  @Test
  void disabledKey_isRefusedUntilItIsEnabled() {
    CreateKeyResponse created = service.keys().createKey(inStaging().build());
    String id = created.getKey().getId();
    assertThat(service.authenticate(created.getSecret()).hasAllowed()).isTrue();

    Key disabled =
        service.keys().disableKey(DisableKeyRequest.newBuilder().setId(id).build()).getKey();
    assertThat(disabled.getState()).isEqualTo(KeyState.KEY_STATE_DISABLED);
    assertThat(service.denial(created.getSecret())).isEqualTo(DenialReason.DENIAL_REASON_DISABLED);
    assertThat(service.keys().disableKey(DisableKeyRequest.newBuilder().setId(id).build()).getKey())
        .as("disabling again changes nothing")
        .isEqualTo(disabled);

    service.keys().enableKey(EnableKeyRequest.newBuilder().setId(id).build());
    assertThat(service.authenticate(created.getSecret()).hasAllowed()).isTrue();
  }

  @Test
  void rotatedKey_andItsSuccessor_bothWorkUntilTheGraceEnds() {
    CreateKeyResponse old =
        service.keys().createKey(inStaging().addScopes("memories:read").build());
    RotateKeyResponse rotated =
        service
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(old.getKey().getId())
                    .setGracePeriod(Duration.newBuilder().setSeconds(3_600))
                    .build());

    assertThat(service.authenticate(old.getSecret()).hasAllowed()).isTrue();
    assertThat(service.authenticate(rotated.getSecret()).hasAllowed()).isTrue();
    assertThat(rotated.getKey().getScopesList()).containsExactly("memories:read");
    assertThat(rotated.getKey().getPredecessorKeyId()).isEqualTo(old.getKey().getId());
    assertThat(rotated.getPreviousKey().getSuccessorKeyId()).isEqualTo(rotated.getKey().getId());

    service.clock().advance(java.time.Duration.ofSeconds(3_601));

    assertThat(service.denial(old.getSecret())).isEqualTo(DenialReason.DENIAL_REASON_EXPIRED);
    assertThat(service.authenticate(rotated.getSecret()).hasAllowed()).isTrue();
  }

  @Test
  void rotationWithoutGrace_stopsTheOldKeyAtOnce() {
    CreateKeyResponse old = service.keys().createKey(inStaging().build());
    assertThat(service.authenticate(old.getSecret()).hasAllowed()).isTrue();

    RotateKeyResponse rotated =
        service.keys().rotateKey(RotateKeyRequest.newBuilder().setId(old.getKey().getId()).build());

    assertThat(service.denial(old.getSecret())).isEqualTo(DenialReason.DENIAL_REASON_REVOKED);
    assertThat(rotated.getPreviousKey().getRevocation().getReason())
        .isEqualTo(RevocationReason.REVOCATION_REASON_ROTATED);
    assertThat(service.authenticate(rotated.getSecret()).hasAllowed()).isTrue();
  }

  @Test
  void aKeyIsRotatedOnce_andOnlyWhileItIsEnabled() {
    Key key = service.keys().createKey(inStaging().build()).getKey();
    RotateKeyRequest rotate =
        RotateKeyRequest.newBuilder()
            .setId(key.getId())
            .setGracePeriod(Duration.newBuilder().setSeconds(60))
            .build();
    Key successor = service.keys().rotateKey(rotate).getKey();

    Refusals second = Refusals.of(() -> service.keys().rotateKey(rotate));
    second.hasReason(ErrorReason.ERROR_REASON_KEY_ALREADY_ROTATED);
    assertThat(second.metadata()).containsEntry("successor_key_id", successor.getId());

    service.keys().disableKey(DisableKeyRequest.newBuilder().setId(successor.getId()).build());
    Refusals.of(
            () ->
                service
                    .keys()
                    .rotateKey(RotateKeyRequest.newBuilder().setId(successor.getId()).build()))
        .hasReason(ErrorReason.ERROR_REASON_KEY_DISABLED);
  }

  @Test
  void expiry_isCheckedAgainstTheClock_whateverIsCached() {
    CreateKeyResponse created =
        service.keys().createKey(inStaging().setExpireTime(in(100)).build());
    assertThat(service.authenticate(created.getSecret()).hasAllowed()).isTrue();

    service.clock().advance(java.time.Duration.ofSeconds(99));
    assertThat(service.authenticate(created.getSecret()).hasAllowed()).isTrue();
    service.clock().advance(java.time.Duration.ofSeconds(2));
    assertThat(service.denial(created.getSecret())).isEqualTo(DenialReason.DENIAL_REASON_EXPIRED);

    String id = created.getKey().getId();
    assertThat(read(id).getState()).isEqualTo(KeyState.KEY_STATE_EXPIRED);
    Refusals.of(
            () ->
                service
                    .keys()
                    .updateKey(
                        UpdateKeyRequest.newBuilder()
                            .setId(id)
                            .setUpdateMask(FieldMask.newBuilder().addPaths("expire_time"))
                            .build()))
        .hasReason(ErrorReason.ERROR_REASON_KEY_EXPIRED);
  }

  @Test
  void notBefore_holdsTheKeyBackUntilThen() {
    CreateKeyResponse created = service.keys().createKey(inStaging().setNotBefore(in(50)).build());

    assertThat(created.getKey().getState()).isEqualTo(KeyState.KEY_STATE_PENDING);
    assertThat(service.denial(created.getSecret()))
        .isEqualTo(DenialReason.DENIAL_REASON_NOT_YET_VALID);
    service.clock().advance(java.time.Duration.ofSeconds(51));
    assertThat(service.authenticate(created.getSecret()).hasAllowed()).isTrue();
  }

  @Test
  void update_changesOnlyWhatTheMaskNames_andHoldsAtOnce() {
    CreateKeyResponse created =
        service.keys().createKey(inStaging().addScopes("memories:read").build());
    assertThat(service.authenticate(created.getSecret()).hasAllowed()).isTrue();

    Key updated =
        service
            .keys()
            .updateKey(
                UpdateKeyRequest.newBuilder()
                    .setId(created.getKey().getId())
                    .setName("ignored")
                    .addScopes("chats:read")
                    .setEtag(created.getKey().getEtag())
                    .setUpdateMask(FieldMask.newBuilder().addPaths("scopes"))
                    .build())
            .getKey();

    assertThat(updated.getName()).isEqualTo("backend");
    assertThat(updated.getScopesList()).containsExactly("chats:read");
    assertThat(updated.getEtag()).isNotEqualTo(created.getKey().getEtag());
    assertThat(
            service
                .authentication()
                .authenticate(
                    AuthenticateRequest.newBuilder()
                        .setCredential(created.getSecret())
                        .addRequiredScopes("memories:read")
                        .build())
                .getDenied()
                .getMissingScopesList())
        .containsExactly("memories:read");
  }

  @Test
  void staleEtag_isAborted_andChangesNothing() {
    Key key = service.keys().createKey(inStaging().build()).getKey();
    Refusals stale =
        Refusals.of(
            () ->
                service
                    .keys()
                    .disableKey(
                        DisableKeyRequest.newBuilder().setId(key.getId()).setEtag("999").build()));

    stale.hasReason(ErrorReason.ERROR_REASON_ETAG_MISMATCH);
    assertThat(stale.metadata()).containsEntry("current_etag", key.getEtag());
    assertThat(read(key.getId())).isEqualTo(key);
  }

  @Test
  void keyOfANodeThatTheCopyDoesNotHave_isMadeAfterAskingTenantService() {
    try (RunningKeyService other = new RunningKeyService()) {
      other.tenancy().branch("first");
      other.create(other.tenancy().branch("seen").project().getId());
      other.tenancy().fallSilent();
      StandInTenancy.Branch late = other.tenancy().branch("late");
      int before = other.tenancy().lineageCalls();

      CreateKeyResponse created = other.create(late.workspace().getId());

      assertThat(other.tenancy().lineageCalls()).isEqualTo(before + 1);
      assertThat(
              other
                  .authenticate(created.getSecret())
                  .getAllowed()
                  .getContext()
                  .getWorkspace()
                  .getId())
          .isEqualTo(late.workspace().getId());
    }
  }

  @Test
  void keyOfAnUnknownOrDeletedNode_isNotMade() {
    Refusals.of(() -> service.create(UUID.randomUUID().toString()))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);

    StandInTenancy.Branch gone = service.tenancy().branch("gone");
    service.tenancy().put(gone.project().setState(NodeState.NODE_STATE_DELETED).build());
    dev.latchkey.keys.support.Conditions.await(
        "the deletion has arrived",
        () -> {
          try {
            service.create(gone.workspace().getId());
            return false;
          } catch (io.grpc.StatusRuntimeException refused) {
            return true;
          }
        });
    Refusals.of(() -> service.create(gone.workspace().getId()))
        .hasReason(ErrorReason.ERROR_REASON_NODE_NOT_LIVE);
  }
}
