package dev.latchkey.keys.owners;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyState;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.tenancy.v1.User;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A member who loses access loses the keys there, at once and for good. */
final class OwnerDeactivationTest {
  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;
  private static String organization;
  private static String environment;
  private static String workspace;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
    organization = acme.organization().getId();
    environment = acme.environment().getId();
    workspace = acme.workspace().getId();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String member(String node) {
    return service.member(organization, node, Role.MEMBER);
  }

  private static void awaitDenial(String secret) {
    Conditions.await(
        "stopped", () -> service.denial(secret) == DenialReason.DENIAL_REASON_OWNER_INACTIVE);
  }

  private static KeyState state(CreateKeyResponse key) {
    return service
        .keys()
        .getKey(GetKeyRequest.newBuilder().setId(key.getKey().getId()).build())
        .getKey()
        .getState();
  }

  private static void awaitInactive(CreateKeyResponse key) {
    Conditions.await("deactivated", () -> state(key) == KeyState.KEY_STATE_OWNER_INACTIVE);
  }

  private static EnableKeyRequest enable(CreateKeyResponse key) {
    return EnableKeyRequest.newBuilder().setId(key.getKey().getId()).build();
  }

  @Test
  void ofThreeMembers_whoLeaves_isStopped_andTheOthersGoOn() {
    String alice = member(workspace);
    String bob = member(workspace);
    User carol = service.tenancy().user(organization);
    service.tenancy().grant(carol.getId(), organization, Role.OWNER.toMessage());
    service.awaitRole(carol.getId(), organization, Role.OWNER);
    CreateKeyResponse ofAlice = service.createFor(alice, workspace);
    CreateKeyResponse ofBob = service.createFor(bob, workspace);
    CreateKeyResponse ofCarol = service.createFor(carol.getId(), workspace);

    service.tenancy().revoke(alice, workspace);
    awaitDenial(ofAlice.getSecret());
    awaitInactive(ofAlice);
    assertThat(service.authenticate(ofBob.getSecret()).hasAllowed()).isTrue();
    assertThat(service.authenticate(ofCarol.getSecret()).hasAllowed()).isTrue();

    service.tenancy().delete(carol);
    awaitDenial(ofCarol.getSecret());
    awaitInactive(ofCarol);
    assertThat(service.authenticate(ofBob.getSecret()).hasAllowed()).isTrue();
    assertThat(
            service
                .keys()
                .listKeys(
                    ListKeysRequest.newBuilder()
                        .setNodeId(workspace)
                        .setOwnerUserId(alice)
                        .setState(KeyState.KEY_STATE_OWNER_INACTIVE)
                        .build())
                .getKeysList())
        .extracting(Key::getId)
        .containsExactly(ofAlice.getKey().getId());
  }

  @Test
  void aRoleAboveOrBelow_keepsTheKeysItCovers() {
    String alice = member(environment);
    service.tenancy().grant(alice, workspace, Role.MEMBER.toMessage());
    service.awaitRole(alice, workspace, Role.MEMBER);
    CreateKeyResponse above = service.createFor(alice, environment);
    CreateKeyResponse below = service.createFor(alice, workspace);

    service.tenancy().revoke(alice, environment);

    awaitInactive(above);
    assertThat(service.authenticate(below.getSecret()).hasAllowed()).isTrue();
  }

  /** A bug once: let in again between the return of the role and the log of keys. */
  @Test
  void whoComesBack_findsTheKeysStopped_onANodeThatHasNotReadTheLogOfKeysSince() {
    HeldFeed feed = new HeldFeed();
    try (RunningKeyService other =
        RunningKeyService.beside(service, Map.of("LATCHKEY_TRUST_WINDOW", "1m"), feed)) {
      String alice = member(environment);
      String key = service.createFor(alice, workspace).getSecret();
      assertThat(other.authenticate(key).hasAllowed()).isTrue();
      feed.hold();
      try {
        service.tenancy().revoke(alice, environment);
        Conditions.await(
            "stopped by the tenancy",
            () -> other.denial(key) == DenialReason.DENIAL_REASON_OWNER_INACTIVE);
        service.tenancy().grant(alice, environment, Role.MEMBER.toMessage());
        other.awaitRole(alice, environment, Role.MEMBER);

        assertThat(other.denial(key)).isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
      } finally {
        feed.release();
      }
    }
  }

  @Test
  void whoComesBack_findsTheKeysStopped_untilAnAdminEnablesThem() {
    String alice = member(environment);
    Secret own = service.memberKey(alice, environment, Scopes.KEYS_READ, Scopes.KEYS_WRITE);
    CreateKeyResponse key = service.createFor(alice, workspace);
    service.tenancy().revoke(alice, environment);
    awaitInactive(key);

    Refusals out = Refusals.of(() -> service.keys().enableKey(enable(key)));
    out.hasReason(ErrorReason.ERROR_REASON_OWNER_INACTIVE);
    assertThat(out.metadata()).containsEntry("user_id", alice);

    service.tenancy().grant(alice, environment, Role.MEMBER.toMessage());
    service.awaitRole(alice, environment, Role.MEMBER);
    assertThat(service.denial(key.getSecret()))
        .isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    assertThat(service.denial(own.reveal())).isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    Refusals.of(
            () ->
                service
                    .keys()
                    .rotateKey(RotateKeyRequest.newBuilder().setId(key.getKey().getId()).build()))
        .hasReason(ErrorReason.ERROR_REASON_OWNER_INACTIVE);

    Secret fresh = service.memberKey(alice, environment, Scopes.KEYS_READ, Scopes.KEYS_WRITE);
    Refusals.of(() -> service.keys(fresh).enableKey(enable(key)))
        .hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
    // Nor by way of disabling it first.
    service
        .keys(fresh)
        .disableKey(DisableKeyRequest.newBuilder().setId(key.getKey().getId()).build());
    assertThat(state(key)).isEqualTo(KeyState.KEY_STATE_DISABLED);
    Refusals.of(() -> service.keys(fresh).enableKey(enable(key)))
        .hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);

    Secret admin =
        service.memberKey(
            service.member(organization, environment, Role.ADMIN), environment, Scopes.KEYS_WRITE);
    assertThat(service.keys(admin).enableKey(enable(key)).getKey().getState())
        .isEqualTo(KeyState.KEY_STATE_ACTIVE);
    assertThat(service.authenticate(key.getSecret()).hasAllowed()).isTrue();
  }

  @Test
  void aDisabledKey_staysDisabled_andIsNotEnabledWhileTheOwnerIsOut() {
    String alice = member(workspace);
    CreateKeyResponse key = service.createFor(alice, workspace);
    CreateKeyResponse mark = service.createFor(alice, workspace);
    service.keys().disableKey(DisableKeyRequest.newBuilder().setId(key.getKey().getId()).build());

    service.tenancy().revoke(alice, workspace);
    awaitInactive(mark);

    assertThat(state(key)).isEqualTo(KeyState.KEY_STATE_DISABLED);
    Refusals.of(() -> service.keys().enableKey(enable(key)))
        .hasReason(ErrorReason.ERROR_REASON_OWNER_INACTIVE);
  }

  @Test
  void aLossAndItsUndoing_thatArriveTogether_stillDeactivate() {
    for (int i = 0; i < 5; i++) {
      String alice = member(workspace);
      CreateKeyResponse key = service.createFor(alice, workspace);
      assertThat(service.authenticate(key.getSecret()).hasAllowed()).isTrue();

      service.tenancy().revoke(alice, workspace);
      service.tenancy().grant(alice, workspace, Role.OWNER.toMessage());

      awaitInactive(key);
      assertThat(service.denial(key.getSecret()))
          .isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    }
  }

  @Test
  void fromMemberToViewer_cutsTheScopes_andDeactivatesNothing() {
    String alice = member(workspace);
    CreateKeyResponse key = service.createFor(alice, workspace, "memories:read", Scopes.KEYS_READ);

    service.tenancy().grant(alice, workspace, Role.VIEWER.toMessage());

    Conditions.await(
        "the cut",
        () ->
            service
                .authenticate(key.getSecret())
                .getAllowed()
                .getKey()
                .getScopesList()
                .equals(List.of(Scopes.KEYS_READ)));
    assertThat(state(key)).isEqualTo(KeyState.KEY_STATE_ACTIVE);
  }

  /** Of the key and the loss, one always sees the other: no key is left alive after the loss. */
  @Test
  void aKeyMadeWhileItsOwnerLeaves_doesNotSlipThrough() {
    List<Optional<CreateKeyResponse>> made = new ArrayList<>();
    for (int round = 0; round < 25; round++) {
      String alice = member(workspace);
      Secret own = service.memberKey(alice, workspace, Scopes.KEYS_WRITE);
      List<CompletableFuture<Optional<CreateKeyResponse>>> creating = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        creating.add(CompletableFuture.supplyAsync(() -> tryToCreate(own)));
      }
      service.tenancy().revoke(alice, workspace);
      service.awaitRole(alice, workspace, null);
      creating.forEach(each -> made.add(each.join()));
    }

    made.stream().flatMap(Optional::stream).forEach(OwnerDeactivationTest::awaitInactive);
  }

  private static Optional<CreateKeyResponse> tryToCreate(Secret own) {
    try {
      return Optional.of(
          service
              .keys(own)
              .createKey(
                  CreateKeyRequest.newBuilder()
                      .setNodeId(workspace)
                      .setName("in a hurry")
                      .build()));
    } catch (StatusRuntimeException refused) {
      return Optional.empty();
    }
  }
}
