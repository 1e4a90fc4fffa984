package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a node takes over from those above it, and how an environment ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InheritanceTest {
  private static final KeyFormat OUTER = KeyFormat.newBuilder().setPrefix("outer").build();
  private static final KeyFormat INNER =
      KeyFormat.newBuilder().setPrefix("inner").setShowMode(true).setShowEnvironment(true).build();

  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private String effectiveState(Tree tree, Level level) {
    return Api.text(tree.on(operator, "Get", level), "effective_state");
  }

  @Test
  void suspension_holdsForAllBelow_untilItIsLifted() {
    Tree tree = Tree.in(deployment);

    tree.on(operator, "Suspend", Level.PROJECT);

    assertThat(effectiveState(tree, Level.ORGANIZATION)).isEqualTo("NODE_STATE_ACTIVE");
    for (Level level : List.of(Level.PROJECT, Level.ENVIRONMENT, Level.WORKSPACE)) {
      assertThat(effectiveState(tree, level)).isEqualTo("NODE_STATE_SUSPENDED");
    }

    tree.on(operator, "Resume", Level.PROJECT);

    assertThat(effectiveState(tree, Level.WORKSPACE)).isEqualTo("NODE_STATE_ACTIVE");
  }

  @Test
  void resume_liftsOnlyTheNodesOwnSuspension() {
    Tree tree = Tree.in(deployment);
    tree.on(operator, "Suspend", Level.ORGANIZATION);
    tree.on(operator, "Suspend", Level.ENVIRONMENT);

    Message resumed = tree.on(operator, "Resume", Level.ENVIRONMENT);

    assertThat(Api.text(resumed, "state")).isEqualTo("NODE_STATE_ACTIVE");
    assertThat(Api.text(resumed, "effective_state")).isEqualTo("NODE_STATE_SUSPENDED");
  }

  @Test
  void deletionAbove_outweighsSuspension() {
    Tree tree = Tree.in(deployment);
    tree.on(operator, "Suspend", Level.WORKSPACE);

    tree.on(operator, "Delete", Level.ORGANIZATION);

    assertThat(effectiveState(tree, Level.WORKSPACE)).isEqualTo("NODE_STATE_DELETED");
  }

  @Test
  void nearestKeyFormat_holdsAsAWhole() {
    Tree tree = Tree.in(deployment);
    setFormat(tree, Level.ORGANIZATION, OUTER);
    setFormat(tree, Level.ENVIRONMENT, INNER);

    assertThat(effectiveFormat(tree, Level.ORGANIZATION)).isEqualTo(OUTER);
    assertThat(effectiveFormat(tree, Level.PROJECT)).isEqualTo(OUTER);
    assertThat(effectiveFormat(tree, Level.ENVIRONMENT)).isEqualTo(INNER);
    assertThat(effectiveFormat(tree, Level.WORKSPACE)).isEqualTo(INNER);
    assertThat(Api.has(tree.on(operator, "Get", Level.WORKSPACE), "key_format")).isFalse();
    assertThat(tree.list(operator, Level.WORKSPACE))
        .extracting(node -> Api.get(node, "effective_key_format"))
        .containsExactly(INNER);
  }

  private void setFormat(Tree tree, Level level, KeyFormat format) {
    tree.on(operator, "Update", level, "key_format", format, "update_mask", Api.mask("key_format"));
  }

  private Object effectiveFormat(Tree tree, Level level) {
    return Api.get(tree.on(operator, "Get", level), "effective_key_format");
  }

  @Test
  void noKeyFormatAnywhere_leavesTheEffectiveOneOut() {
    Tree tree = Tree.in(deployment);

    assertThat(Api.has(tree.on(operator, "Get", Level.WORKSPACE), "effective_key_format"))
        .isFalse();
  }

  private String environmentUntil(Tree tree, Instant end, String slug) {
    return Api.id(tree.create(operator, Level.ENVIRONMENT, "expire_time", end, "slug", slug));
  }

  @Test
  void expiredEnvironment_countsAsDeleted_fromTheInstantOn() {
    Tree tree = Tree.in(deployment);
    Instant end = deployment.clock().now().plus(Duration.ofHours(1));
    String id = environmentUntil(tree, end, "branch");
    String workspace =
        Api.id(operator.call("CreateWorkspace", "environment_id", id, "slug", "inside"));
    Message before = Tree.call(operator, "Get", Level.ENVIRONMENT, id);

    deployment.clock().pass(Duration.ofHours(1));

    assertThat(Api.text(before, "effective_state")).isEqualTo("NODE_STATE_ACTIVE");
    assertThat(Api.get(before, "expire_time")).isEqualTo(Api.timestamp(end));
    for (Message node :
        List.of(
            Tree.call(operator, "Get", Level.ENVIRONMENT, id),
            Tree.call(operator, "Get", Level.WORKSPACE, workspace))) {
      assertThat(Api.text(node, "state")).isEqualTo("NODE_STATE_ACTIVE");
      assertThat(Api.text(node, "effective_state")).isEqualTo("NODE_STATE_DELETED");
    }
    assertThat(tree.list(operator, Level.ENVIRONMENT)).extracting(Api::id).doesNotContain(id);
    assertThat(tree.list(operator, Level.ENVIRONMENT, "show_deleted", true))
        .extracting(Api::id)
        .contains(id);
  }

  @Test
  void expiry_isFinal() {
    Tree tree = Tree.in(deployment);
    String id =
        environmentUntil(tree, deployment.clock().now().plus(Duration.ofMinutes(1)), "brief");
    deployment.clock().pass(Duration.ofMinutes(2));

    Refusal refusal =
        Refusal.of(
            () ->
                Tree.call(
                    operator,
                    "Update",
                    Level.ENVIRONMENT,
                    id,
                    "update_mask",
                    Api.mask("expire_time")));

    assertThat(refusal.reason()).isEqualTo("NODE_NOT_LIVE");
    assertThat(
            Refusal.of(() -> operator.call("CreateWorkspace", "environment_id", id, "slug", "late"))
                .reason())
        .isEqualTo("NODE_NOT_LIVE");
  }

  @Test
  void slugOfAnExpiredEnvironment_canBeTakenAgain() {
    Tree tree = Tree.in(deployment);
    Instant end = deployment.clock().now().plus(Duration.ofMinutes(1));
    String first = environmentUntil(tree, end, "feature-x");
    String early =
        Refusal.of(() -> tree.create(operator, Level.ENVIRONMENT, "slug", "feature-x")).reason();

    deployment.clock().pass(Duration.ofMinutes(2));
    String second = Api.id(tree.create(operator, Level.ENVIRONMENT, "slug", "feature-x"));

    assertThat(early).isEqualTo("SLUG_TAKEN");
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void expireTime_canBeMovedAndLifted_whileItHasNotPassed() {
    Tree tree = Tree.in(deployment);
    Instant soon = deployment.clock().now().plus(Duration.ofMinutes(1));
    String id = environmentUntil(tree, soon, "moved");

    Message later =
        Tree.call(
            operator,
            "Update",
            Level.ENVIRONMENT,
            id,
            "expire_time",
            soon.plus(Duration.ofHours(1)),
            "update_mask",
            Api.mask("expire_time"));
    Message endless =
        Tree.call(
            operator, "Update", Level.ENVIRONMENT, id, "update_mask", Api.mask("expire_time"));

    assertThat(Api.get(later, "expire_time"))
        .isEqualTo(Api.timestamp(soon.plus(Duration.ofHours(1))));
    assertThat(Api.has(endless, "expire_time")).isFalse();
  }

  @Test
  void expireTimeInThePast_isRefused() {
    Tree tree = Tree.in(deployment);
    Instant past = deployment.clock().now().minusMillis(1);

    Refusal created = Refusal.of(() -> environmentUntil(tree, past, "yesterday"));
    Refusal updated =
        Refusal.of(
            () ->
                tree.on(
                    operator,
                    "Update",
                    Level.ENVIRONMENT,
                    "expire_time",
                    past,
                    "update_mask",
                    Api.mask("expire_time")));

    assertThat(created.fields()).containsExactly("expire_time");
    assertThat(updated.fields()).containsExactly("expire_time");
  }

  @Test
  void expireTime_isKeptToTheMillisecond() {
    Tree tree = Tree.in(deployment);
    Instant end = deployment.clock().now().plus(Duration.ofDays(1)).plusNanos(999_999);

    Message created = tree.create(operator, Level.ENVIRONMENT, "expire_time", end);

    assertThat(Api.get(created, "expire_time")).isEqualTo(Api.timestamp(end.minusNanos(999_999)));
  }
}
