package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.access.AccessRules;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Requests;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may call what: every call, with every kind of key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccessTest {
  private static final Role VIEWER = Role.ROLE_VIEWER;

  private static final Map<String, AccessRule> RULES =
      Api.SERVICES.stream()
          .map(ServiceDescriptor::getMethods)
          .flatMap(Collection::stream)
          .collect(Collectors.toMap(MethodDescriptor::getBareMethodName, AccessRules::of));

  /** What a member's key needs for a call beside its scope. */
  private enum Needs {
    /** Not to be a member's. */
    PLATFORM,
    /** Nothing: the call is about nobody's node. */
    NOTHING,
    /** Nothing, and it sees its own. */
    OWN,
    VIEWER,
    MEMBER,
    ADMIN,
    OWNER
  }

  /** Every call; one that is added without being named here fails the test. */
  private static final Map<String, Needs> NEEDS = needs();

  private static Map<String, Needs> needs() {
    Map<String, Needs> needs = new HashMap<>();
    Stream.of("CreateOrganization", "SuspendOrganization", "ResumeOrganization")
        .forEach(call -> needs.put(call, Needs.PLATFORM));
    Stream.of("CreatePlan", "UpdatePlan", "DeletePlan", "Watch", "Snapshot", "GetLineage")
        .forEach(call -> needs.put(call, Needs.PLATFORM));
    Stream.of("GetPlan", "ListPlans").forEach(call -> needs.put(call, Needs.NOTHING));
    needs.put("ListOrganizations", Needs.OWN);
    needs.put("ListAuditEvents", Needs.ADMIN);
    needs.put("GetOrganization", Needs.VIEWER);
    needs.put("UpdateOrganization", Needs.ADMIN);
    needs.put("DeleteOrganization", Needs.OWNER);
    for (String type : List.of("Project", "Environment", "Workspace")) {
      Stream.of("Get%s", "List%ss").forEach(call -> needs.put(call.formatted(type), Needs.VIEWER));
      Stream.of("Create%s", "Update%s", "Suspend%s", "Resume%s", "Delete%s")
          .forEach(call -> needs.put(call.formatted(type), Needs.ADMIN));
    }
    Stream.of("GetUser", "ListUsers", "ListMemberships", "ListAccess")
        .forEach(call -> needs.put(call, Needs.VIEWER));
    Stream.of("CreateUser", "UpdateUser", "DeleteUser", "GrantRole", "RevokeRole")
        .forEach(call -> needs.put(call, Needs.ADMIN));
    return needs;
  }

  /** The owner of a key that has every scope and is bound to the organization, but for one. */
  enum Member {
    VIEWER,
    MEMBER,
    ADMIN,
    OWNER,
    OWNER_OF_ANOTHER,
    OWNER_OF_ANOTHER_WITH_A_KEY_OF_THE_OTHER,
    WITHOUT_A_ROLE,
    DELETED,
    UNKNOWN
  }

  @AutoClose private final Deployment deployment = new Deployment();
  private final Requests requests = new Requests(deployment);
  private final Tree tree = Tree.in(deployment);

  /** A tree that no call of a member may change, and the members it has. */
  private final Tree untouched = Tree.in(deployment);

  private final Map<Member, Api> members = new EnumMap<>(Member.class);

  static Stream<String> calls() {
    return Api.methods().stream().sorted();
  }

  private static AccessRule rule(String call) {
    return Objects.requireNonNull(RULES.get(call), call);
  }

  private static boolean isPlatformOnly(String call) {
    return rule(call).getPlatformOnly();
  }

  private Refusal refusal(Api api, String call) {
    Message request = requests.good(call, tree);
    return Refusal.of(() -> api.send(call, request));
  }

  private Api keyOf(NodeLevel level, String node) {
    return deployment.as(
        deployment
            .keys()
            .key(
                level,
                node,
                Scopes.TENANCY_READ,
                Scopes.TENANCY_WRITE,
                Scopes.MEMBERS_WRITE,
                Scopes.AUDIT_READ));
  }

  @Test
  void everyServedCall_hasAnAccessRule_andStandsBehindIt() {
    for (BindableService service :
        deployment.node().host().context().getBeansOfType(BindableService.class)) {
      assertThat(service).isInstanceOf(ManagementEndpoint.class);
      service
          .bindService()
          .getMethods()
          .forEach(method -> assertThat(AccessRules.of(method.getMethodDescriptor())).isNotNull());
    }
    assertThat(RULES).hasSize(46);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void callWithoutAKey_isRefused(String call) {
    Refusal refusal = refusal(deployment.as(null), call);

    assertThat(refusal.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal.reason()).isEqualTo("CREDENTIAL_MISSING");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void callWithAWrongKey_isRefused(String call) {
    Refusal refusal = refusal(deployment.as("lk_no_such_key"), call);

    assertThat(refusal.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal.reason()).isEqualTo("CREDENTIAL_INVALID");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void callWithAKeyThatLacksTheScope_isRefused(String call) {
    String required = rule(call).getRequiredScope();
    String[] others =
        Stream.concat(Scopes.RESERVED.stream(), Stream.of("*", "latchkey.*"))
            .filter(scope -> !scope.equals(required))
            .toArray(String[]::new);

    Refusal refusal = refusal(deployment.as(deployment.keys().platformKey(others)), call);

    assertThat(refusal.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refusal.reason()).isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(refusal.metadata()).containsEntry("required_scope", required);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void keyOfAnotherOrganization_seesNothingOfThisOne(String call) {
    Api stranger = keyOf(NodeLevel.NODE_LEVEL_ORGANIZATION, deployment.organization());

    if (isPlatformOnly(call)) {
      assertThat(refusal(stranger, call).reason()).isEqualTo("PLATFORM_KEY_REQUIRED");
    } else if (call.equals("ListOrganizations")) {
      assertThat(Tree.items(stranger.send(call, requests.good(call, tree))))
          .extracting(Api::id)
          .doesNotContain(tree.id(Level.ORGANIZATION));
    } else if (NEEDS.get(call) == Needs.NOTHING) {
      stranger.send(call, requests.good(call, tree));
    } else {
      assertThat(refusal(stranger, call).code()).isEqualTo(Status.Code.NOT_FOUND);
    }
  }

  static Stream<Arguments> callsOfMembers() {
    return calls()
        .flatMap(call -> Arrays.stream(Member.values()).map(member -> Arguments.of(call, member)));
  }

  @Test
  void everyCall_saysWhatAMemberNeedsForIt() {
    assertThat(NEEDS.keySet()).containsExactlyInAnyOrderElementsOf(Api.methods());
  }

  private Api as(Member member, Tree own) {
    String here = own.id(Level.ORGANIZATION);
    String there = tree.id(Level.ORGANIZATION);
    return switch (member) {
      case VIEWER, MEMBER, ADMIN, OWNER ->
          deployment.asNewMember(Role.valueOf("ROLE_" + member), here, here);
      case OWNER_OF_ANOTHER_WITH_A_KEY_OF_THE_OTHER ->
          deployment.asNewMember(Role.ROLE_OWNER, there, there);
      case OWNER_OF_ANOTHER -> {
        String stranger = deployment.user(there);
        deployment.grant(stranger, Role.ROLE_OWNER, there);
        yield deployment.asMember(stranger, here);
      }
      case WITHOUT_A_ROLE -> deployment.asMember(deployment.user(here), here);
      case DELETED -> {
        String user = deployment.user(here);
        deployment.grant(user, Role.ROLE_ADMIN, here);
        deployment.asOperator().call("DeleteUser", "id", user);
        yield deployment.asMember(user, here);
      }
      case UNKNOWN -> deployment.asMember(UUID.randomUUID().toString(), here);
    };
  }

  /** The reason for which a member's call is refused; empty if it is not. */
  private static String expected(Needs needs, Member member) {
    return switch (member) {
      case WITHOUT_A_ROLE, DELETED, UNKNOWN -> "CREDENTIAL_INVALID";
      case OWNER_OF_ANOTHER, OWNER_OF_ANOTHER_WITH_A_KEY_OF_THE_OTHER ->
          switch (needs) {
            case PLATFORM -> "PLATFORM_KEY_REQUIRED";
            case NOTHING, OWN -> "";
            case VIEWER, MEMBER, ADMIN, OWNER -> "RESOURCE_NOT_FOUND";
          };
      case VIEWER, MEMBER, ADMIN, OWNER ->
          switch (needs) {
            case PLATFORM -> "PLATFORM_KEY_REQUIRED";
            case NOTHING, OWN -> "";
            case VIEWER, MEMBER, ADMIN, OWNER ->
                Needs.valueOf(member.name()).compareTo(needs) >= 0 ? "" : "ROLE_INSUFFICIENT";
          };
    };
  }

  @ParameterizedTest
  @MethodSource("callsOfMembers")
  void membersKey_doesWhatItsOwnersRoleAllows(String call, Member member) {
    Needs needs = Objects.requireNonNull(NEEDS.get(call));
    String expected = expected(needs, member);
    boolean changes = expected.isEmpty() && needs.compareTo(Needs.VIEWER) > 0;
    Tree own = changes ? Tree.in(deployment) : untouched;
    Api api =
        changes ? as(member, own) : members.computeIfAbsent(member, any -> as(any, untouched));
    Message request = requests.good(call, own);
    long before = deployment.newestRevision();

    if (expected.isEmpty()) {
      Message answer = api.send(call, request);
      if (needs == Needs.OWN) {
        assertThat(Tree.items(answer).stream().map(Api::id).toList())
            .isEqualTo(
                switch (member) {
                  case OWNER_OF_ANOTHER -> List.of();
                  case OWNER_OF_ANOTHER_WITH_A_KEY_OF_THE_OTHER ->
                      List.of(tree.id(Level.ORGANIZATION));
                  default -> List.of(own.id(Level.ORGANIZATION));
                });
      }
    } else {
      Refusal refusal = Refusal.of(() -> api.send(call, request));
      assertThat(refusal.reason()).isEqualTo(expected);
      if (expected.equals("ROLE_INSUFFICIENT")) {
        assertThat(refusal.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal.metadata()).containsEntry("required_role", needs.name());
      }
      assertThat(deployment.newestRevision()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void memberWithARoleAtANode_reachesItAndAllBelow_andNothingAboveOrBeside(Level granted) {
    Tree own = Tree.in(deployment);
    String organization = own.id(Level.ORGANIZATION);
    Api member = deployment.asNewMember(Role.ROLE_ADMIN, own.id(granted), organization);

    for (Level level : Level.values()) {
      if (level.depth() >= granted.depth()) {
        own.on(member, "Get", level);
      } else {
        assertNotFound(() -> own.on(member, "Get", level));
      }
      if (level != Level.ORGANIZATION) {
        if (level.depth() > granted.depth()) {
          String sibling = Api.id(own.create(member, level));
          assertThat(own.list(member, level)).extracting(Api::id).contains(sibling);
        } else {
          String sibling = Api.id(own.create(deployment.asOperator(), level));
          assertNotFound(() -> Tree.call(member, "Get", level, sibling));
          assertNotFound(() -> own.list(member, level));
          assertNotFound(() -> own.create(member, level));
        }
      }
    }
    assertThat(own.list(member, Level.ORGANIZATION)).hasSize(granted == Level.ORGANIZATION ? 1 : 0);
  }

  @Test
  void membersKey_reachesNothingOutsideItsNode_whateverItsOwnersRole() {
    Tree own = Tree.in(deployment);
    String organization = own.id(Level.ORGANIZATION);
    String user = deployment.user(organization);
    deployment.grant(user, Role.ROLE_OWNER, organization);
    Api member =
        deployment.as(
            deployment
                .keys()
                .memberKey(
                    user,
                    NodeLevel.NODE_LEVEL_PROJECT,
                    own.id(Level.PROJECT),
                    Scopes.RESERVED.toArray(String[]::new)));

    own.on(member, "Suspend", Level.PROJECT);
    assertNotFound(() -> own.on(member, "Get", Level.ORGANIZATION));
    assertNotFound(() -> member.call("GetUser", "id", user));
    assertNotFound(
        () -> member.call("GrantRole", "node_id", organization, "user_id", user, "role", VIEWER));
  }

  @Test
  void keyOfThePlatformThatActsForAMember_isNotOneOfThePlatform() {
    String organization = tree.id(Level.ORGANIZATION);
    String user = deployment.user(organization);
    deployment.grant(user, Role.ROLE_OWNER, organization);
    Api member =
        deployment.as(
            deployment
                .keys()
                .memberKey(
                    user,
                    NodeLevel.NODE_LEVEL_PLATFORM,
                    "",
                    Scopes.RESERVED.toArray(String[]::new)));

    assertThat(refusal(member, "CreateOrganization").reason()).isEqualTo("PLATFORM_KEY_REQUIRED");
    assertThat(tree.list(member, Level.ORGANIZATION))
        .extracting(Api::id)
        .containsExactly(organization);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void keyOfTheOrganization_mayDoAllThatIsNotThePlatforms(String call) {
    Tree own = Tree.in(deployment);
    Api owner = keyOf(NodeLevel.NODE_LEVEL_ORGANIZATION, own.id(Level.ORGANIZATION));

    if (isPlatformOnly(call)) {
      assertThat(refusal(owner, call).reason()).isEqualTo("PLATFORM_KEY_REQUIRED");
    } else {
      owner.send(call, requests.good(call, own));
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void operator_mayDoEverything(String call) {
    deployment.asOperator().send(call, requests.good(call, Tree.in(deployment)));
  }

  @Test
  void organizationsKey_listsItsOrganizationAlone() {
    String organization = tree.id(Level.ORGANIZATION);
    Api owner = keyOf(NodeLevel.NODE_LEVEL_ORGANIZATION, organization);

    assertThat(tree.list(owner, Level.ORGANIZATION))
        .extracting(Api::id)
        .containsExactly(organization);
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void keyOfANode_reachesItAndAllBelow_andNothingAboveOrBeside(Level bound) {
    Api holder = keyOf(NodeLevel.valueOf("NODE_LEVEL_" + bound), tree.id(bound));
    Tree beside = Tree.in(deployment);

    for (Level level : Level.values()) {
      if (level.depth() >= bound.depth()) {
        assertThat(Api.id(tree.on(holder, "Get", level))).isEqualTo(tree.id(level));
      } else {
        assertNotFound(() -> tree.on(holder, "Get", level));
        assertNotFound(() -> tree.on(holder, "Delete", level));
      }
      assertNotFound(() -> beside.on(holder, "Get", level));
      if (level != Level.ORGANIZATION) {
        boolean parentInReach = level.depth() > bound.depth();
        if (parentInReach) {
          assertThat(tree.list(holder, level)).isNotEmpty();
          tree.create(holder, level);
        } else {
          assertNotFound(() -> tree.list(holder, level));
          assertNotFound(() -> tree.create(holder, level));
        }
        assertNotFound(() -> beside.list(holder, level));
        assertNotFound(() -> beside.create(holder, level));
      }
    }
    assertThat(tree.list(holder, Level.ORGANIZATION)).hasSize(bound == Level.ORGANIZATION ? 1 : 0);
  }

  private static void assertNotFound(Runnable call) {
    assertThat(Refusal.of(call).code()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void whatAStrangerMayNotSee_looksLikeWhatDoesNotExist() {
    Api stranger = keyOf(NodeLevel.NODE_LEVEL_ORGANIZATION, deployment.organization());
    String there = tree.id(Level.PROJECT);
    String notThere = "0" + there.substring(1);
    Function<String, Refusal> get =
        id -> Refusal.of(() -> Tree.call(stranger, "Get", Level.PROJECT, id));

    assertThat(get.apply(there).metadata())
        .isEqualTo(Map.of("resource_type", "project", "resource_id", there));
    assertThat(get.apply(notThere).metadata())
        .isEqualTo(Map.of("resource_type", "project", "resource_id", notThere));
    assertThat(get.apply(there).code()).isEqualTo(get.apply(notThere).code());
  }

  @Test
  void pageToken_isUselessToAnotherKey_andForAnotherList() {
    deployment.organization();
    Api operator = deployment.asOperator();
    Api other = deployment.as(deployment.keys().platformKey(Scopes.TENANCY_READ));
    Message page =
        operator.send("ListOrganizations", Api.filled("ListOrganizations", "page_size", 1));
    String token = Api.text(page, "next_page_token");
    assertThat(token).isNotEmpty();

    for (Refusal refusal :
        List.of(
            Refusal.of(() -> tree.list(other, Level.ORGANIZATION, "page_token", token)),
            Refusal.of(
                () ->
                    tree.list(
                        operator, Level.ORGANIZATION, "page_token", token, "show_deleted", true)),
            Refusal.of(() -> tree.list(operator, Level.PROJECT, "page_token", token)))) {
      assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refusal.reason()).isEqualTo("INVALID_PAGE_TOKEN");
    }
  }
}
