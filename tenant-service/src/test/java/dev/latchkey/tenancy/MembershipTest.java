package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.AccessEntry;
import dev.latchkey.proto.tenancy.v1.Membership;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import dev.latchkey.tenancy.testing.Watcher;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MembershipTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();
  private final Tree tree = Tree.in(deployment);
  private final String organization = tree.id(Level.ORGANIZATION);
  private final String project = tree.id(Level.PROJECT);

  private String newUser() {
    return deployment.user(organization);
  }

  private Membership grant(String user, Role role, String node) {
    return (Membership) deployment.grant(user, role, node);
  }

  private static Membership grant(Api api, String user, Role role, String node, Object... more) {
    return (Membership)
        api.call(
            "GrantRole",
            Stream.concat(
                    Stream.of("node_id", node, "user_id", user, "role", role), Arrays.stream(more))
                .toArray());
  }

  private static Membership revoke(Api api, String user, String node, Object... more) {
    return (Membership)
        api.call(
            "RevokeRole",
            Stream.concat(Stream.of("node_id", node, "user_id", user), Arrays.stream(more))
                .toArray());
  }

  private static List<Membership> list(Api api, Object... fields) {
    return Tree.items(api.send("ListMemberships", Api.filled("ListMemberships", fields))).stream()
        .map(Membership.class::cast)
        .toList();
  }

  private static List<AccessEntry> access(Api api, String node) {
    return Tree.items(api.send("ListAccess", Api.filled("ListAccess", "node_id", node))).stream()
        .map(AccessEntry.class::cast)
        .toList();
  }

  @Test
  void role_isGranted_replaced_taken_andGrantedAgain() {
    String user = newUser();

    Membership granted = grant(user, Role.ROLE_VIEWER, project);
    deployment.clock().pass(Duration.ofSeconds(1));
    Membership replaced = grant(user, Role.ROLE_ADMIN, project);
    Membership revoked = revoke(operator, user, project);
    Membership again = grant(user, Role.ROLE_MEMBER, project);

    assertThat(granted.getNode().getLevel()).isEqualTo(NodeLevel.NODE_LEVEL_PROJECT);
    assertThat(granted.getNode().getId()).isEqualTo(project);
    assertThat(granted.getOrganizationId()).isEqualTo(organization);
    assertThat(granted.getUserId()).isEqualTo(user);
    assertThat(granted.getRole()).isEqualTo(Role.ROLE_VIEWER);
    assertThat(granted.getUpdateTime()).isEqualTo(granted.getCreateTime());
    assertThat(replaced.getRole()).isEqualTo(Role.ROLE_ADMIN);
    assertThat(replaced.getCreateTime()).isEqualTo(granted.getCreateTime());
    assertThat(replaced.getUpdateTime()).isNotEqualTo(granted.getUpdateTime());
    assertThat(revoked.hasDeleteTime()).isTrue();
    assertThat(again.hasDeleteTime()).isFalse();
    assertThat(again.getRole()).isEqualTo(Role.ROLE_MEMBER);
    assertThat(Stream.of(granted, replaced, revoked, again).map(Membership::getEtag))
        .doesNotHaveDuplicates();
    assertThat(list(operator, "user_id", user)).containsExactly(again);
  }

  @Test
  void whatIsSoAlready_changesNothing() {
    String user = newUser();
    Membership granted = grant(user, Role.ROLE_MEMBER, project);
    long afterGrant = deployment.newestRevision();

    assertThat(grant(user, Role.ROLE_MEMBER, project)).isEqualTo(granted);
    assertThat(deployment.newestRevision()).isEqualTo(afterGrant);

    Membership revoked = revoke(operator, user, project);
    long afterRevoke = deployment.newestRevision();
    assertThat(revoke(operator, user, project)).isEqualTo(revoked);
    assertThat(deployment.newestRevision()).isEqualTo(afterRevoke);
  }

  @Test
  void everyChange_isInTheFeed_asItStoodThen() throws Exception {
    long before = deployment.newestRevision();
    String user = newUser();
    Message created = operator.call("GetUser", "id", user);
    Membership granted = grant(user, Role.ROLE_VIEWER, project);
    Membership replaced = grant(user, Role.ROLE_ADMIN, project);
    Membership revoked = revoke(operator, user, project);
    Membership revived = grant(user, Role.ROLE_MEMBER, project);

    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      assertThat(watcher.nextChange().getUser()).isEqualTo(created);
      for (Membership change : List.of(granted, replaced, revoked, revived)) {
        assertThat(watcher.nextChange().getMembership()).isEqualTo(change);
      }
    }
  }

  @Test
  void staleEtag_isRefused() {
    String user = newUser();
    Membership granted = grant(operator, user, Role.ROLE_VIEWER, project);
    String etag = granted.getEtag();
    grant(operator, user, Role.ROLE_MEMBER, project, "etag", etag);

    Refusal neverGranted =
        Refusal.of(() -> grant(operator, newUser(), Role.ROLE_MEMBER, project, "etag", etag));
    for (Refusal refusal :
        List.of(
            Refusal.of(() -> grant(operator, user, Role.ROLE_ADMIN, project, "etag", etag)),
            Refusal.of(() -> revoke(operator, user, project, "etag", etag)),
            neverGranted)) {
      assertThat(refusal.code()).isEqualTo(Status.Code.ABORTED);
      assertThat(refusal.metadata()).containsEntry("resource_type", "membership");
    }
  }

  @Test
  void repeat_getsTheFirstAnswer_evenAfterTheRoleWasTaken() {
    String user = newUser();
    Object[] id = {"request_id", UUID.randomUUID().toString()};

    Membership first = grant(operator, user, Role.ROLE_VIEWER, project, id);
    revoke(operator, user, project);

    assertThat(grant(operator, user, Role.ROLE_VIEWER, project, id)).isEqualTo(first);
    assertThat(list(operator, "user_id", user)).isEmpty();
  }

  @Test
  void rolesHoldBelow_andListAccessSaysWhoHasThem_andWhy() {
    Tree own = Tree.in(deployment);
    String top = own.id(Level.ORGANIZATION);
    String above = deployment.user(top);
    String both = deployment.user(top);
    String below = deployment.user(top);
    Membership aboveAtTop = grant(above, Role.ROLE_VIEWER, top);
    Membership bothAtTop = grant(both, Role.ROLE_OWNER, top);
    Membership bothAtEnvironment = grant(both, Role.ROLE_MEMBER, own.id(Level.ENVIRONMENT));
    Membership belowAtEnvironment = grant(below, Role.ROLE_ADMIN, own.id(Level.ENVIRONMENT));
    grant(above, Role.ROLE_ADMIN, deployment.project(top));

    List<AccessEntry> atProject = access(operator, own.id(Level.PROJECT));
    List<AccessEntry> atWorkspace = access(operator, own.id(Level.WORKSPACE));

    assertThat(atProject)
        .extracting(entry -> entry.getUser().getId())
        .containsExactlyInAnyOrder(above, both);
    assertThat(entry(atWorkspace, above).getRole()).isEqualTo(Role.ROLE_VIEWER);
    assertThat(entry(atWorkspace, above).getMembershipsList()).containsExactly(aboveAtTop);
    assertThat(entry(atWorkspace, both).getRole()).isEqualTo(Role.ROLE_OWNER);
    assertThat(entry(atWorkspace, both).getMembershipsList())
        .containsExactly(bothAtTop, bothAtEnvironment);
    assertThat(entry(atWorkspace, below).getRole()).isEqualTo(Role.ROLE_ADMIN);
    assertThat(entry(atWorkspace, below).getMembershipsList()).containsExactly(belowAtEnvironment);
    assertThat(entry(atWorkspace, below).getUser())
        .isEqualTo(operator.call("GetUser", "id", below));
    assertThat(atWorkspace).hasSize(3);
  }

  private static AccessEntry entry(List<AccessEntry> entries, String user) {
    return entries.stream()
        .filter(entry -> entry.getUser().getId().equals(user))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void memberships_areListedByNode_byUser_andByBoth() {
    Tree own = Tree.in(deployment);
    String top = own.id(Level.ORGANIZATION);
    String one = deployment.user(top);
    String other = deployment.user(top);
    Membership oneAtTop = grant(one, Role.ROLE_OWNER, top);
    Membership oneAtProject = grant(one, Role.ROLE_VIEWER, own.id(Level.PROJECT));
    Membership otherAtProject = grant(other, Role.ROLE_MEMBER, own.id(Level.PROJECT));

    assertThat(list(operator, "node_id", own.id(Level.PROJECT)))
        .containsExactlyInAnyOrder(oneAtProject, otherAtProject);
    assertThat(list(operator, "user_id", one)).containsExactlyInAnyOrder(oneAtTop, oneAtProject);
    assertThat(list(operator, "node_id", top, "user_id", one)).containsExactly(oneAtTop);
    assertThat(list(operator, "node_id", top, "user_id", other)).isEmpty();
    assertThat(list(operator, "user_id", deployment.user(top))).isEmpty();
  }

  @Test
  void whoIsBelow_seesThePeopleThere_andOfAUserTheRolesThereAlone() {
    Tree own = Tree.in(deployment);
    String top = own.id(Level.ORGANIZATION);
    String user = deployment.user(top);
    grant(user, Role.ROLE_OWNER, top);
    Membership here = grant(user, Role.ROLE_VIEWER, own.id(Level.ENVIRONMENT));
    String elsewhere = deployment.user(top);
    grant(elsewhere, Role.ROLE_VIEWER, deployment.project(top));
    Api memberOfProject = deployment.asNewMember(Role.ROLE_VIEWER, own.id(Level.PROJECT), top);
    Api keyOfProject =
        deployment.as(
            deployment
                .keys()
                .key(NodeLevel.NODE_LEVEL_PROJECT, own.id(Level.PROJECT), "latchkey.tenancy:read"));

    for (Api below : List.of(memberOfProject, keyOfProject)) {
      assertThat(list(below, "user_id", user)).containsExactly(here);
      assertThat(list(below, "node_id", own.id(Level.ENVIRONMENT))).containsExactly(here);
      assertThat(access(below, own.id(Level.ENVIRONMENT)))
          .extracting(entry -> entry.getUser().getId())
          .contains(user)
          .doesNotContain(elsewhere);
      assertThat(Refusal.of(() -> list(below, "node_id", top)).metadata())
          .containsEntry("resource_type", "node");
      Refusal hidden = Refusal.of(() -> list(below, "user_id", elsewhere));
      assertThat(hidden.code()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(hidden.metadata())
          .isEqualTo(Map.of("resource_type", "user", "resource_id", elsewhere));
    }
  }

  @Test
  void pages_showEverybodyOnce_andTheirTokensHoldForOneList() {
    Tree own = Tree.in(deployment);
    String node = own.id(Level.WORKSPACE);
    List<String> users = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      users.add(deployment.user(own.id(Level.ORGANIZATION)));
      grant(users.getLast(), Role.ROLE_VIEWER, i % 2 == 0 ? node : own.id(Level.PROJECT));
      grant(users.getLast(), Role.ROLE_MEMBER, node);
    }

    assertThat(paged("ListAccess", node, entry -> ((AccessEntry) entry).getUser().getId()))
        .containsExactlyInAnyOrderElementsOf(users);
    assertThat(paged("ListMemberships", node, entry -> ((Membership) entry).getUserId()))
        .containsExactlyInAnyOrderElementsOf(users);
  }

  private List<String> paged(String call, String node, Function<Message, String> user) {
    List<String> listed = new ArrayList<>();
    String token = "";
    do {
      Message page =
          operator.send(
              call, Api.filled(call, "node_id", node, "page_size", 2, "page_token", token));
      Tree.items(page).forEach(item -> listed.add(user.apply(item)));
      token = Api.text(page, "next_page_token");
      if (!token.isEmpty()) {
        String used = token;
        Refusal elsewhere =
            Refusal.of(
                () ->
                    operator.send(call, Api.filled(call, "node_id", project, "page_token", used)));
        assertThat(elsewhere.reason()).isEqualTo("INVALID_PAGE_TOKEN");
      }
    } while (!token.isEmpty());
    return listed;
  }

  @Test
  void nodeThatIsNotLive_givesNoRoles_butCanBeLeft() {
    Tree own = Tree.in(deployment);
    String user = deployment.user(own.id(Level.ORGANIZATION));
    grant(user, Role.ROLE_VIEWER, own.id(Level.WORKSPACE));
    own.on(operator, "Delete", Level.PROJECT);

    Refusal refusal = Refusal.of(() -> grant(user, Role.ROLE_MEMBER, own.id(Level.WORKSPACE)));

    assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.reason()).isEqualTo("NODE_NOT_LIVE");
    assertThat(refusal.metadata()).containsEntry("resource_id", own.id(Level.PROJECT));
    assertThat(revoke(operator, user, own.id(Level.WORKSPACE)).hasDeleteTime()).isTrue();
  }

  @Test
  void userOfAnotherOrganization_orOfNone_isNotFound() {
    for (String user :
        List.of(deployment.user(deployment.organization()), UUID.randomUUID().toString())) {
      for (Refusal refusal :
          List.of(
              Refusal.of(() -> grant(user, Role.ROLE_VIEWER, project)),
              Refusal.of(() -> revoke(operator, user, project)))) {
        assertThat(refusal.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal.metadata())
            .containsEntry("resource_type", "user")
            .containsEntry("resource_id", user);
      }
    }
    Refusal unknown = Refusal.of(() -> list(operator, "user_id", UUID.randomUUID().toString()));
    assertThat(unknown.metadata()).containsEntry("resource_type", "user");
  }

  @Test
  void deletedUser_hasNoRole_andGetsNone() {
    String user = newUser();
    grant(user, Role.ROLE_ADMIN, project);
    operator.call("DeleteUser", "id", user);

    Refusal refusal = Refusal.of(() -> grant(user, Role.ROLE_VIEWER, project));

    assertThat(refusal.reason()).isEqualTo("NODE_NOT_LIVE");
    assertThat(refusal.metadata()).containsEntry("resource_type", "user");
    assertThat(list(operator, "user_id", user)).isEmpty();
    assertThat(access(operator, project))
        .extracting(entry -> entry.getUser().getId())
        .doesNotContain(user);
    assertThat(revoke(operator, user, project).hasDeleteTime()).isTrue();
  }

  @Test
  void roleThatWasNeverGranted_cannotBeTaken() {
    Refusal refusal = Refusal.of(() -> revoke(operator, newUser(), project));

    assertThat(refusal.code()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refusal.metadata()).containsEntry("resource_type", "membership");
  }

  @Test
  void nobodyGrantsOrTakesARoleAboveTheirOwn() {
    Tree own = Tree.in(deployment);
    String top = own.id(Level.ORGANIZATION);
    String node = own.id(Level.PROJECT);
    Api admin = deployment.asNewMember(Role.ROLE_ADMIN, top, top);
    Api owner = deployment.asNewMember(Role.ROLE_OWNER, top, top);
    String user = deployment.user(top);
    grant(user, Role.ROLE_OWNER, node);

    for (Refusal refusal :
        List.of(
            Refusal.of(() -> grant(admin, deployment.user(top), Role.ROLE_OWNER, node)),
            Refusal.of(() -> grant(admin, user, Role.ROLE_VIEWER, node)),
            Refusal.of(() -> revoke(admin, user, node)))) {
      assertThat(refusal.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(refusal.reason()).isEqualTo("ROLE_INSUFFICIENT");
      assertThat(refusal.metadata()).containsEntry("required_role", "OWNER");
    }
    grant(owner, user, Role.ROLE_ADMIN, node);
    revoke(admin, user, node);
    grant(admin, user, Role.ROLE_ADMIN, node);
    grant(owner, user, Role.ROLE_OWNER, node);
    revoke(owner, user, node);
    assertThat(grant(admin, user, Role.ROLE_MEMBER, node).getRole()).isEqualTo(Role.ROLE_MEMBER);
  }

  @Test
  void ownersOfAProject_areItsMastersAlone() {
    Tree own = Tree.in(deployment);
    String top = own.id(Level.ORGANIZATION);
    String user = deployment.user(top);
    Api owner = deployment.asNewMember(Role.ROLE_OWNER, own.id(Level.PROJECT), top);

    grant(owner, user, Role.ROLE_OWNER, own.id(Level.WORKSPACE));
    grant(owner, user, Role.ROLE_OWNER, own.id(Level.PROJECT));
    revoke(owner, user, own.id(Level.PROJECT));

    Refusal above = Refusal.of(() -> grant(owner, user, Role.ROLE_VIEWER, top));
    assertThat(above.code()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(above.metadata())
        .containsEntry("resource_type", "node")
        .containsEntry("resource_id", top);
  }
}
