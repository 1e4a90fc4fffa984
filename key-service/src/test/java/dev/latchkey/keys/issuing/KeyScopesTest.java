package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Scope;
import dev.latchkey.proto.tenancy.v1.ScopeCatalogue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The scopes of keys under a project's catalogue, with its key roles, and cut to their owners. */
final class KeyScopesTest {
  private static RunningKeyService service;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Scope scope(String name, Role minimum) {
    return Scope.newBuilder().setName(name).setMinimumRole(minimum.toMessage()).build();
  }

  private static ScopeCatalogue catalogue(String... names) {
    ScopeCatalogue.Builder catalogue = ScopeCatalogue.newBuilder();
    for (String name : names) {
      catalogue.addScopes(Scope.newBuilder().setName(name));
    }
    return catalogue.build();
  }

  /** Puts a project's policy, and waits until the service has it. */
  private static void put(Project.Builder project) {
    service.tenancy().put(project.build());
    // Revisions come in order: what is put after it has arrived after it.
    String organization = project.getOrganizationId();
    service.member(organization, organization, Role.VIEWER);
  }

  private static CreateKeyRequest.Builder at(StandInTenancy.Branch branch) {
    return CreateKeyRequest.newBuilder().setNodeId(branch.workspace().getId()).setName("made");
  }

  private static boolean opens(String secret, String required) {
    return service
        .authentication()
        .authenticate(
            AuthenticateRequest.newBuilder()
                .setCredential(secret)
                .addRequiredScopes(required)
                .build())
        .hasAllowed();
  }

  private static List<String> shown(String secret) {
    return service.authenticate(secret).getAllowed().getKey().getScopesList();
  }

  private static UpdateKeyRequest.Builder update(String id, String path) {
    return UpdateKeyRequest.newBuilder()
        .setId(id)
        .setUpdateMask(FieldMask.newBuilder().addPaths(path));
  }

  @Test
  void outsideTheCatalogue_noScopeIsGranted() {
    StandInTenancy.Branch acme = service.tenancy().branch("catalogued");
    put(acme.project().setScopeCatalogue(catalogue("memories:read", "memories:write")));

    for (String outside : List.of("memories:delete", "billing:*")) {
      Refusals refusal =
          Refusals.of(
              () ->
                  service
                      .keys()
                      .createKey(at(acme).addScopes("memories:write").addScopes(outside).build()));
      refusal.hasReason(ErrorReason.ERROR_REASON_INVALID_REQUEST);
      assertThat(refusal.fields()).containsExactly("scopes[1]");
    }
    String id = service.create(acme.workspace().getId(), "memories:read").getKey().getId();
    assertThat(
            Refusals.of(
                    () ->
                        service
                            .keys()
                            .updateKey(update(id, "scopes").addScopes("billing:read").build()))
                .fields())
        .containsExactly("scopes[0]");
    Key made =
        service
            .keys()
            .createKey(at(acme).addScopes("memories:*").addScopes(Scopes.KEYS_READ).build())
            .getKey();
    assertThat(made.getScopesList())
        .as("a wildcard with something under it, and one of Latchkey's own")
        .containsExactly(Scopes.KEYS_READ, "memories:*");
  }

  @Test
  void whatLeavesTheCatalogue_isHeldByNoKeyAnyMore_andWildcardsRangeOverIt() {
    StandInTenancy.Branch acme = service.tenancy().branch("shrinking");
    put(acme.project().setScopeCatalogue(catalogue("memories:read", "memories:write", "a:b")));
    String exact = service.create(acme.workspace().getId(), "memories:write", "a:b").getSecret();
    String wild = service.create(acme.workspace().getId(), "memories:*", "a:*").getSecret();
    for (String secret : List.of(exact, wild)) {
      assertThat(opens(secret, "memories:write")).isTrue();
      assertThat(opens(secret, "memories:forget")).as("not in the catalogue").isFalse();
    }

    put(acme.project().setScopeCatalogue(catalogue("memories:read")));

    assertThat(opens(exact, "memories:write")).isFalse();
    assertThat(opens(wild, "memories:write")).isFalse();
    assertThat(opens(wild, "memories:read")).isTrue();
    assertThat(shown(exact)).isEmpty();
    assertThat(shown(wild)).containsExactly("memories:*");
    put(acme.project().clearScopeCatalogue());
    assertThat(opens(exact, "memories:write")).isTrue();
  }

  @Test
  void aRole_isWhatItsScopesAreAtTheMoment_forAllItsKeys() {
    StandInTenancy.Branch acme = service.tenancy().branch("roled");
    KeyRole.Builder role = KeyRole.newBuilder().setName("assistant").addScopes("memories:read");
    put(acme.project().addKeyRoles(role));
    List<String> secrets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CreateKeyResponse created =
          service.keys().createKey(at(acme).addScopes("own:read").addRoles("assistant").build());
      assertThat(created.getKey().getRolesList()).containsExactly("assistant");
      secrets.add(created.getSecret());
      assertThat(shown(created.getSecret())).containsExactly("memories:read", "own:read");
    }

    put(acme.project().setKeyRoles(0, role.addScopes("chats:*").addScopes(Scopes.TENANCY_WRITE)));

    for (String secret : secrets) {
      AuthenticatedKey key = service.authenticate(secret).getAllowed().getKey();
      assertThat(key.getScopesList()).containsExactly("chats:*", "memories:read", "own:read");
      assertThat(key.getRolesList()).containsExactly("assistant");
      assertThat(opens(secret, "chats:write")).isTrue();
      assertThat(opens(secret, Scopes.TENANCY_WRITE)).as("none of Latchkey's own").isFalse();
    }
    put(acme.project().clearKeyRoles());
    assertThat(shown(secrets.getFirst())).containsExactly("own:read");
  }

  @Test
  void aRole_isGivenOnlyByWhoHoldsItsScopes_andOnlyInItsProject() {
    StandInTenancy.Branch acme = service.tenancy().branch("guarded");
    put(
        acme.project()
            .addKeyRoles(KeyRole.newBuilder().setName("reader").addScopes("memories:read"))
            .addKeyRoles(KeyRole.newBuilder().setName("writer").addScopes("memories:write")));
    Secret caller =
        Secret.of(
            service.create(acme.project().getId(), Scopes.KEYS_WRITE, "memories:read").getSecret());

    Key made = service.keys(caller).createKey(at(acme).addRoles("reader").build()).getKey();
    Refusals create =
        Refusals.of(() -> service.keys(caller).createKey(at(acme).addRoles("writer").build()));
    create.hasReason(ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
    assertThat(create.metadata()).containsEntry("scope", "memories:write");
    Refusals.of(
            () ->
                service
                    .keys(caller)
                    .updateKey(update(made.getId(), "roles").addRoles("writer").build()))
        .hasReason(ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
    Key stronger =
        service.keys().updateKey(update(made.getId(), "roles").addRoles("writer").build()).getKey();
    assertThat(stronger.getRolesList()).containsExactly("writer");
    Refusals.of(
            () ->
                service
                    .keys(caller)
                    .rotateKey(RotateKeyRequest.newBuilder().setId(made.getId()).build()))
        .hasReason(ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
    Refusals above =
        Refusals.of(
            () ->
                service
                    .keys()
                    .createKey(
                        at(acme)
                            .setNodeId(acme.organization().getId())
                            .addRoles("reader")
                            .build()));
    assertThat(above.fields()).containsExactly("roles[0]");
  }

  @Test
  void minimumRoles_cutMembersKeys_andServiceKeysNot() {
    StandInTenancy.Branch acme = service.tenancy().branch("minimal");
    put(
        acme.project()
            .setScopeCatalogue(
                ScopeCatalogue.newBuilder()
                    .addScopes(scope("a:view", Role.VIEWER))
                    .addScopes(Scope.newBuilder().setName("a:use"))
                    .addScopes(scope("a:admin", Role.ADMIN))));
    String organization = acme.organization().getId();
    String workspace = acme.workspace().getId();
    String user = service.member(organization, workspace, Role.MEMBER);
    String ofMember = service.createFor(user, workspace, "a:*", "a:admin").getSecret();
    String ofService = service.create(workspace, "a:*").getSecret();

    assertThat(opens(ofService, "a:admin")).isTrue();
    assertThat(shown(ofMember)).containsExactly("a:*");
    assertThat(opens(ofMember, "a:use")).isTrue();
    assertThat(opens(ofMember, "a:admin")).isFalse();

    service.tenancy().grant(user, workspace, Role.ADMIN.toMessage());
    service.awaitRole(user, workspace, Role.ADMIN);
    assertThat(opens(ofMember, "a:admin")).isTrue();
    service.tenancy().grant(user, workspace, Role.VIEWER.toMessage());
    service.awaitRole(user, workspace, Role.VIEWER);
    assertThat(opens(ofMember, "a:view")).isTrue();
    assertThat(opens(ofMember, "a:use")).isFalse();
  }

  /** Of a wildcard the maker holds only what its owner's role gives it. */
  @Test
  void aWildcard_hidesNothingThatItsMakerDoesNotHold() {
    StandInTenancy.Branch acme = service.tenancy().branch("wild");
    put(
        acme.project()
            .setScopeCatalogue(
                ScopeCatalogue.newBuilder()
                    .addScopes(scope("a:use", Role.MEMBER))
                    .addScopes(scope("a:own", Role.OWNER))));
    String organization = acme.organization().getId();
    String project = acme.project().getId();
    String admin = service.member(organization, project, Role.ADMIN);
    Secret caller = service.memberKey(admin, project, Scopes.KEYS_WRITE, "*");

    for (String wanted : List.of("*", "a:*", "a:own")) {
      Refusals refusal =
          Refusals.of(
              () ->
                  service
                      .keys(caller)
                      .createKey(at(acme).setServiceKey(true).addScopes(wanted).build()));
      refusal.hasReason(ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
      assertThat(refusal.metadata()).containsEntry("scope", "a:own");
    }
    // Its own key is cut as it is itself.
    assertThat(
            opens(
                service.keys(caller).createKey(at(acme).addScopes("a:*").build()).getSecret(),
                "a:own"))
        .isFalse();
  }

  @Test
  void scopesAndRolesMadeAMomentAgo_areFoundByAsking_beforeTheFeedBringsThem() {
    try (RunningKeyService early = new RunningKeyService()) {
      StandInTenancy.Branch acme = early.tenancy().branch("early");
      early.tenancy().put(acme.project().setScopeCatalogue(catalogue("a:read")).build());
      String id = early.create(acme.workspace().getId(), "a:read").getKey().getId();
      early.tenancy().fallSilent();
      early
          .tenancy()
          .put(
              acme.project()
                  .setScopeCatalogue(catalogue("a:read", "b:read"))
                  .addKeyRoles(KeyRole.newBuilder().setName("reader").addScopes("b:read"))
                  .build());

      Key made = early.keys().createKey(at(acme).addRoles("reader").build()).getKey();
      Key changed =
          early.keys().updateKey(update(id, "scopes").addScopes("b:read").build()).getKey();

      assertThat(made.getRolesList()).containsExactly("reader");
      assertThat(changed.getScopesList()).containsExactly("b:read");
      assertThat(
              Refusals.of(() -> early.keys().createKey(at(acme).addScopes("c:read").build()))
                  .fields())
          .containsExactly("scopes[0]");
    }
  }
}
