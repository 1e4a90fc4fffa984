package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.access.AccessRules;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.access.v1.AccessRule;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may call what: every call, with every kind of key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccessTest {
  private static final Map<String, AccessRule> RULES =
      Api.SERVICES.stream()
          .map(ServiceDescriptor::getMethods)
          .flatMap(Collection::stream)
          .collect(Collectors.toMap(MethodDescriptor::getBareMethodName, AccessRules::of));

  @AutoClose private final Deployment deployment = new Deployment();
  private final Requests requests = new Requests(deployment);
  private final Tree tree = Tree.in(deployment);

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
            .key(level, node, Scopes.TENANCY_READ, Scopes.TENANCY_WRITE, Scopes.AUDIT_READ));
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
    assertThat(RULES).hasSize(37);
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
    } else if (Requests.levelOf(call).isPresent() || call.equals("ListAuditEvents")) {
      assertThat(refusal(stranger, call).code()).isEqualTo(Status.Code.NOT_FOUND);
    } else {
      stranger.send(call, requests.good(call, tree));
    }
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
