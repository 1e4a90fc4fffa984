package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.ListKeysResponse;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import dev.latchkey.proto.tenancy.v1.User;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** For whom keys are made, and which of them members see. */
final class KeyOwnerTest {
  private static final String[] MANAGE = {Scopes.KEYS_READ, Scopes.KEYS_WRITE, "memories:read"};

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

  private static CreateKeyRequest.Builder at(String node) {
    return CreateKeyRequest.newBuilder().setNodeId(node).setName("made");
  }

  private static Refusals refused(Secret caller, CreateKeyRequest.Builder request) {
    return Refusals.of(() -> service.keys(caller).createKey(request.build()));
  }

  @Test
  void aMembersKey_makesKeysOfItsOwner_andOfNobodyElse() {
    String alice = service.member(organization, environment, Role.MEMBER);
    String bob = service.member(organization, environment, Role.MEMBER);
    Secret caller = service.memberKey(alice, environment, MANAGE);

    Key made = service.keys(caller).createKey(at(workspace).build()).getKey();

    assertThat(made.getOwnerUserId()).isEqualTo(alice);
    assertThat(service.keys(caller).createKey(at(workspace).setOwnerUserId(alice).build()).getKey())
        .matches(key -> key.getOwnerUserId().equals(alice));
    Refusals other = refused(caller, at(workspace).setOwnerUserId(bob));
    other.hasReason(ErrorReason.ERROR_REASON_INVALID_REQUEST);
    assertThat(other.fields()).containsExactly("owner_user_id");
  }

  @Test
  void aServiceKey_isMadeByAdminsOnly() {
    Secret member =
        service.memberKey(
            service.member(organization, environment, Role.MEMBER), environment, MANAGE);
    Secret admin =
        service.memberKey(
            service.member(organization, environment, Role.ADMIN), environment, MANAGE);

    Refusals refusal = refused(member, at(workspace).setServiceKey(true));
    refusal.hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
    assertThat(refusal.metadata()).containsEntry("required_role", "ADMIN");
    assertThat(
            service
                .keys(admin)
                .createKey(at(workspace).setServiceKey(true).build())
                .getKey()
                .getOwnerUserId())
        .isEmpty();
  }

  @Test
  void aViewer_makesNoKeys() {
    Secret viewer = viewersKey(environment, MANAGE);

    refused(viewer, at(environment)).hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
  }

  /** The key of somebody who was MEMBER when it was made. */
  private static Secret viewersKey(String node, String... scopes) {
    String user = service.member(organization, node, Role.MEMBER);
    Secret key = service.memberKey(user, node, scopes);
    service.tenancy().grant(user, node, Role.VIEWER.toMessage());
    service.awaitRole(user, node, Role.VIEWER);
    return key;
  }

  @Test
  void serviceKeys_makeKeysForMembersOfTheNodeOnly() {
    String viewer = service.member(organization, environment, Role.VIEWER);
    String elsewhere = service.tenancy().user(organization).getId();
    StandInTenancy.Branch rival = service.tenancy().branch("rival");
    String stranger =
        service.member(rival.organization().getId(), rival.organization().getId(), Role.OWNER);
    User deleted = service.tenancy().user(organization);
    service.tenancy().grant(deleted.getId(), environment, Role.OWNER.toMessage());
    service.tenancy().delete(deleted);
    Secret caller = Secret.of(service.create(organization, MANAGE).getSecret());

    List<String> notMembers = List.of(viewer, elsewhere);
    List<String> notUsers = List.of(stranger, deleted.getId(), UUID.randomUUID().toString());

    // Each waits a moment for tenant-service's news; together they wait once.
    Map<String, Refusals> refusals =
        Stream.concat(notMembers.stream(), notUsers.stream())
            .parallel()
            .collect(
                Collectors.toConcurrentMap(
                    user -> user, user -> refused(caller, at(workspace).setOwnerUserId(user))));

    for (String user : notMembers) {
      Refusals refusal = Objects.requireNonNull(refusals.get(user));
      refusal.hasReason(ErrorReason.ERROR_REASON_USER_NOT_MEMBER);
      assertThat(refusal.metadata())
          .containsEntry("user_id", user)
          .containsEntry("node_id", workspace);
    }
    for (String user : notUsers) {
      Refusals refusal = Objects.requireNonNull(refusals.get(user));
      refusal.hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
      assertThat(refusal.metadata()).containsEntry("resource_type", "user");
    }
  }

  @Test
  void aUserMadeAMomentAgo_isWaitedFor() {
    String user = service.tenancy().user(organization).getId();
    CompletableFuture<CreateKeyResponse> made =
        CompletableFuture.supplyAsync(
            () -> service.keys().createKey(at(workspace).setOwnerUserId(user).build()));
    service.tenancy().grant(user, workspace, Role.MEMBER.toMessage());

    assertThat(made.join().getKey().getOwnerUserId()).isEqualTo(user);
  }

  @Test
  void rotation_keepsTheOwner() {
    String alice = service.member(organization, workspace, Role.MEMBER);
    Secret caller = service.memberKey(alice, workspace, MANAGE);
    Key key = service.keys(caller).createKey(at(workspace).build()).getKey();

    RotateKeyResponse rotated =
        service.keys(caller).rotateKey(RotateKeyRequest.newBuilder().setId(key.getId()).build());

    assertThat(rotated.getKey().getOwnerUserId()).isEqualTo(alice);
    assertThat(service.authenticate(rotated.getSecret()).getAllowed().getKey().getOwnerUserId())
        .isEqualTo(alice);
  }

  @Test
  void members_seeTheirOwnKeys_andThoseOfAllWhereTheyAreAdmin() {
    StandInTenancy.Branch mixed = service.tenancy().branch("mixed");
    String own = mixed.organization().getId();
    String user = service.member(own, mixed.project().getId(), Role.MEMBER);
    service.tenancy().grant(user, mixed.workspace().getId(), Role.ADMIN.toMessage());
    service.awaitRole(user, mixed.workspace().getId(), Role.ADMIN);
    String other = service.member(own, own, Role.MEMBER);
    Secret caller = service.memberKey(user, mixed.project().getId(), MANAGE);
    Set<String> expected = new HashSet<>();
    expected.add(service.authenticate(caller.reveal()).getAllowed().getKey().getId());
    List<String> hidden = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      hidden.add(service.create(mixed.environment().getId()).getKey().getId());
      hidden.add(service.createFor(other, mixed.environment().getId()).getKey().getId());
      expected.add(service.createFor(user, mixed.environment().getId()).getKey().getId());
      expected.add(service.createFor(other, mixed.workspace().getId()).getKey().getId());
      expected.add(service.create(mixed.workspace().getId()).getKey().getId());
    }

    List<String> listed = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      ListKeysResponse page =
          service
              .keys(caller)
              .listKeys(ListKeysRequest.newBuilder().setPageSize(5).setPageToken(token).build());
      page.getKeysList().forEach(key -> listed.add(key.getId()));
      token = page.getNextPageToken();
      pages++;
      if (!token.isEmpty()) {
        assertThat(page.getKeysList()).as("pages are full: the cut is in the query").hasSize(5);
      }
    } while (!token.isEmpty());
    assertThat(listed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
    assertThat(pages).isEqualTo(4);
    for (String id : hidden) {
      Refusals.of(() -> service.keys(caller).getKey(GetKeyRequest.newBuilder().setId(id).build()))
          .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    }
    for (String id : expected) {
      assertThat(
              service
                  .keys(caller)
                  .getKey(GetKeyRequest.newBuilder().setId(id).build())
                  .getKey()
                  .getId())
          .isEqualTo(id);
    }
    ListKeysRequest.Builder ofOther =
        ListKeysRequest.newBuilder()
            .setNodeId(mixed.project().getId())
            .setIncludeDescendants(true)
            .setOwnerUserId(other);
    assertThat(service.keys(caller).listKeys(ofOther.build()).getKeysList())
        .hasSize(6)
        .allMatch(key -> key.getNode().getId().equals(mixed.workspace().getId()));
    assertThat(service.keys().listKeys(ofOther.build()).getKeysList()).hasSize(12);
  }

  @Test
  void authenticate_withAMembersKey_needsAnAdmin() {
    String user = service.member(organization, environment, Role.ADMIN);
    Secret key = service.memberKey(user, environment, Scopes.KEYS_AUTHENTICATE);
    var stub =
        AuthenticationServiceGrpc.newBlockingStub(service.channel())
            .withCallCredentials(ServiceCredential.of(key));
    AuthenticateRequest request = AuthenticateRequest.newBuilder().setCredential("x").build();
    assertThat(stub.authenticate(request).hasDenied()).isTrue();
    assertThat(stub.authenticate(request).hasDenied()).as("from memory").isTrue();

    service.tenancy().grant(user, environment, Role.MEMBER.toMessage());
    service.awaitRole(user, environment, Role.MEMBER);

    Refusals.of(() -> stub.authenticate(request))
        .hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
  }

  /** Who may make another OWNER could make one of itself. */
  @Test
  void anAdmin_getsNoKeyWithAnOwnersPower() {
    String admin = service.member(organization, organization, Role.ADMIN);
    String owner = service.member(organization, organization, Role.OWNER);
    Secret caller = service.memberKey(admin, organization, Scopes.KEYS_WRITE, Scopes.MEMBERS_WRITE);
    CreateKeyRequest.Builder wanted = at(organization).addScopes(Scopes.MEMBERS_WRITE);

    Refusals refusal = refused(caller, wanted.clone().setServiceKey(true));
    refusal.hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
    assertThat(refusal.metadata()).containsEntry("required_role", "OWNER");
    String owners = service.createFor(owner, organization, Scopes.MEMBERS_WRITE).getKey().getId();
    Refusals.of(
            () ->
                service.keys(caller).rotateKey(RotateKeyRequest.newBuilder().setId(owners).build()))
        .hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
    assertThat(service.keys(caller).createKey(wanted.build()).getKey().getOwnerUserId())
        .isEqualTo(admin);
  }

  @Test
  void aChangeOfAnUnknownKind_doesNotStopTheFollower() {
    service.tenancy().putOfUnknownKind();
    String user = service.tenancy().user(organization).getId();
    service.tenancy().grant(user, workspace, Role.MEMBER.toMessage());

    service.awaitRole(user, workspace, Role.MEMBER);
  }
}
