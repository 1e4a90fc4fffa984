package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Refusals;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.KeyState;
import dev.latchkey.proto.tenancy.v1.DeleteUserRequest;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.RevokeRoleRequest;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("Memo AI: keys on behalf of members")
class MemoMembersTest {
  private static final Duration BOUND = Duration.ofSeconds(1);
  private static final String DATA = "transcriptions:read";

  private final Clients operator;
  private final Tenants tenants;
  private final Edge edge;
  private Organization organization = Organization.getDefaultInstance();
  private Workspace workspace = Workspace.getDefaultInstance();
  private Workspace neighbour = Workspace.getDefaultInstance();
  private User olga = User.getDefaultInstance();
  private User ben = User.getDefaultInstance();
  private User cleo = User.getDefaultInstance();

  MemoMembersTest(Clients operator, Tenants tenants, Edge edge) {
    this.operator = operator;
    this.tenants = tenants;
    this.edge = edge;
  }

  @BeforeEach
  void makeTenant() {
    organization = tenants.organization("Memo AI");
    Project project =
        tenants.project(organization, "Transcription", Tenants.format("mk", true, false));
    var environment = tenants.environment(project, "production");
    workspace = tenants.workspace(environment, "editors");
    neighbour = tenants.workspace(environment, "interns");
    olga = tenants.member(organization, "olga", Role.ROLE_OWNER, workspace.getId());
    ben = tenants.member(organization, "ben", Role.ROLE_MEMBER, workspace.getId());
    cleo = tenants.member(organization, "cleo", Role.ROLE_MEMBER, workspace.getId());
  }

  @Test
  @DisplayName("MA6: a key is bound to one workspace and acts for the member who made it")
  void key_actsForItsMaker_inOneWorkspace() {
    Issued session = session(ben);

    EdgeAnswer made = make(session, workspace.getId());

    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.json().getAsJsonObject("key").get("owner_user_id").getAsString())
        .isEqualTo(ben.getId());
    String text = made.text("secret");
    Allowed allowed = authenticate(text).getAllowed();
    assertThat(allowed.getKey().getOwnerUserId()).isEqualTo(ben.getId());
    assertThat(allowed.getContext().getWorkspace().getId()).isEqualTo(workspace.getId());
    EdgeAnswer me = edge.get("/api/v1/me", "Authorization", "Bearer " + text);
    assertThat(me.text("workspace_id")).isEqualTo(workspace.getId());
    assertThat(me.text("owner_user_id")).isEqualTo(ben.getId());
    // Ben is no member of the other workspace: for his key it does not exist.
    assertThat(make(session, neighbour.getId()).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("MA7: every member makes keys; an OWNER sees and revokes all, others only their own")
  void owner_managesAll_membersTheirOwn() {
    Issued owner = session(olga);
    Issued first = session(ben);
    Issued second = session(cleo);
    String olgas = keyId(make(owner, workspace.getId()));
    String bens = keyId(make(first, workspace.getId()));
    String cleos = keyId(make(second, workspace.getId()));

    assertThat(listed(owner)).contains(olgas, bens, cleos, first.id(), second.id());
    assertThat(listed(first)).containsExactlyInAnyOrder(bens, first.id());
    assertThat(listed(second)).containsExactlyInAnyOrder(cleos, second.id());

    assertThat(delete(first, cleos).status()).as("another member's key").isEqualTo(404);
    assertThat(delete(first, olgas).status()).as("the OWNER's key").isEqualTo(404);
    assertThat(edge.get("/api/v1/keys/" + cleos, bearer(first)).status()).isEqualTo(404);
    assertThat(delete(first, bens).status()).as("his own key").isEqualTo(200);
    assertThat(delete(owner, cleos).status()).as("by the OWNER").isEqualTo(200);
    assertThat(state(bens)).isEqualTo(KeyState.KEY_STATE_REVOKED);
    assertThat(state(cleos)).isEqualTo(KeyState.KEY_STATE_REVOKED);
    assertThat(state(olgas)).isEqualTo(KeyState.KEY_STATE_ACTIVE);
  }

  @Test
  @DisplayName("MA8: a member who is removed from the workspace loses their keys there within 1 s")
  void removedMember_losesTheirKeys() {
    loseAccess(
        () -> {
          var _ =
              operator
                  .memberships()
                  .revokeRole(
                      RevokeRoleRequest.newBuilder()
                          .setNodeId(workspace.getId())
                          .setUserId(cleo.getId())
                          .build());
        });

    // Back again: the key stays off until somebody with authority turns it on.
    tenants.grant(cleo, Role.ROLE_MEMBER, workspace.getId());
    assertThat(authenticate(cleosKey.text()).getDenied().getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    EnableKeyRequest enable = EnableKeyRequest.newBuilder().setId(cleosKey.id()).build();
    Await.until(
        Duration.ofSeconds(5),
        () ->
            operator.as(session(olga).secret()).keys().enableKey(enable).getKey().getState()
                == KeyState.KEY_STATE_ACTIVE,
        () -> "the OWNER cannot enable the key");
    assertThat(authenticate(cleosKey.text()).hasAllowed()).isTrue();
  }

  @Test
  @DisplayName("MA8: a member who is deleted loses their keys within 1 s")
  void deletedUser_losesTheirKeys() {
    loseAccess(
        () -> {
          var _ =
              operator
                  .users()
                  .deleteUser(DeleteUserRequest.newBuilder().setId(cleo.getId()).build());
        });

    EnableKeyRequest enable = EnableKeyRequest.newBuilder().setId(cleosKey.id()).build();
    assertThat(Refusals.of(() -> operator.keys().enableKey(enable)).getReason())
        .isEqualTo("OWNER_INACTIVE");
  }

  private Issued cleosKey =
      new Issued(
          dev.latchkey.proto.keys.v1.Key.getDefaultInstance(),
          dev.latchkey.kit.secret.Secret.of(""));

  /** Cleo loses access; her keys stop, nobody else's do. */
  private void loseAccess(Runnable loss) {
    Issued olgasKey = session(olga);
    Issued bensKey = session(ben);
    Issued service = tenants.key(workspace.getId());
    cleosKey = session(cleo);
    assertThat(authenticate(cleosKey.text()).hasAllowed()).isTrue();
    assertThat(edge.me(cleosKey.text()).status()).isEqualTo(200);

    loss.run();

    Await.until(
        BOUND,
        () ->
            authenticate(cleosKey.text()).getDenied().getReason()
                == DenialReason.DENIAL_REASON_OWNER_INACTIVE,
        () -> "the key still opens");
    assertThat(edge.me(cleosKey.text()).status()).isEqualTo(401);
    Await.until(
        BOUND,
        () -> state(cleosKey.id()) == KeyState.KEY_STATE_OWNER_INACTIVE,
        () -> "the key is not deactivated for good");
    for (Issued other : Set.of(olgasKey, bensKey, service)) {
      assertThat(authenticate(other.text()).hasAllowed()).as(other.key().getName()).isTrue();
    }
  }

  /** A key as a sign-in would make it: on behalf of a member, for data and for their own keys. */
  private Issued session(User user) {
    return tenants.key(
        workspace.getId(),
        request ->
            request
                .setName("session of " + user.getDisplayName())
                .setOwnerUserId(user.getId())
                .addScopes(DATA)
                .addScopes("latchkey.keys:read")
                .addScopes("latchkey.keys:write"));
  }

  private EdgeAnswer make(Issued session, String nodeId) {
    return edge.post(
        "/api/v1/keys",
        "{\"node_id\":\"%s\",\"name\":\"export\",\"scopes\":[\"%s\"]}".formatted(nodeId, DATA),
        bearer(session));
  }

  private EdgeAnswer delete(Issued session, String id) {
    return edge.send("DELETE", "/api/v1/keys/" + id, "", bearer(session));
  }

  private Set<String> listed(Issued session) {
    EdgeAnswer answer = edge.get("/api/v1/keys", bearer(session));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    Iterable<JsonElement> keys = answer.json().getAsJsonArray("keys");
    return StreamSupport.stream(keys.spliterator(), false)
        .map(key -> key.getAsJsonObject().get("id").getAsString())
        .collect(Collectors.toSet());
  }

  private static String keyId(EdgeAnswer made) {
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().getAsJsonObject("key").get("id").getAsString();
  }

  private static String[] bearer(Issued key) {
    return new String[] {"Authorization", "Bearer " + key.text()};
  }

  private KeyState state(String id) {
    return operator.keys().getKey(GetKeyRequest.newBuilder().setId(id).build()).getKey().getState();
  }

  private AuthenticateResponse authenticate(String text) {
    return operator
        .authentication()
        .authenticate(AuthenticateRequest.newBuilder().setCredential(text).build());
  }
}
