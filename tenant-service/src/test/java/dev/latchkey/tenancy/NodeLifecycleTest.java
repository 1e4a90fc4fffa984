package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.Status;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every level does alike. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NodeLifecycleTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();
  private final Tree tree = Tree.in(deployment);

  @ParameterizedTest
  @EnumSource(Level.class)
  void createdNode_isActive_andReadsBackTheSame(Level level) {
    Message created =
        tree.create(operator, level, "slug", "made-here", "display_name", "Made Here");

    assertThat(UUID.fromString(Api.id(created)).version()).isEqualTo(7);
    assertThat(Api.text(created, "slug")).isEqualTo("made-here");
    assertThat(Api.text(created, "display_name")).isEqualTo("Made Here");
    assertThat(Api.text(created, "state")).isEqualTo("NODE_STATE_ACTIVE");
    assertThat(Api.text(created, "effective_state")).isEqualTo("NODE_STATE_ACTIVE");
    assertThat(Api.has(created, "delete_time")).isFalse();
    for (Level above : Level.values()) {
      if (above.depth() < level.depth()) {
        assertThat(Api.text(created, above.idField())).isEqualTo(tree.id(above));
      }
    }
    assertThat(Tree.call(operator, "Get", level, Api.id(created))).isEqualTo(created);
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void displayName_isTheSlug_whenEmpty(Level level) {
    Message created = tree.create(operator, level, "slug", "unnamed");

    assertThat(Api.text(created, "display_name")).isEqualTo("unnamed");
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void slugOfALiveSibling_isTaken_andThatOfADeletedOneIsFree(Level level) {
    String first = Api.id(tree.create(operator, level, "slug", "wanted"));

    Refusal refusal = Refusal.of(() -> tree.create(operator, level, "slug", "wanted"));
    Tree.call(operator, "Delete", level, first);
    Message second = tree.create(operator, level, "slug", "wanted");

    assertThat(refusal.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(refusal.reason()).isEqualTo("SLUG_TAKEN");
    assertThat(refusal.metadata())
        .containsEntry("resource_type", level.typeName())
        .containsEntry("slug", "wanted");
    assertThat(Api.id(second)).isNotEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void update_changesWhatTheMaskNames_andTheEtag(Level level) {
    Message before = tree.create(operator, level, "display_name", "Before");

    Message after =
        Tree.call(
            operator,
            "Update",
            level,
            Api.id(before),
            "display_name",
            "Not taken",
            "key_format",
            KeyFormat.newBuilder().setPrefix("mk").setShowMode(true).build(),
            "update_mask",
            Api.mask("key_format"),
            "etag",
            Api.text(before, "etag"));

    assertThat(Api.text(after, "display_name")).isEqualTo("Before");
    assertThat(Api.get(after, "key_format"))
        .isEqualTo(KeyFormat.newBuilder().setPrefix("mk").setShowMode(true).build());
    assertThat(Api.text(after, "etag")).isNotEqualTo(Api.text(before, "etag"));
    assertThat(Tree.call(operator, "Get", level, Api.id(before))).isEqualTo(after);
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void absentKeyFormat_withItsPathInTheMask_isInheritedFromThenOn(Level level) {
    String id =
        Api.id(
            tree.create(
                operator, level, "key_format", KeyFormat.newBuilder().setPrefix("own").build()));

    Message after = Tree.call(operator, "Update", level, id, "update_mask", Api.mask("key_format"));

    assertThat(Api.has(after, "key_format")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void allowedNetworks_areKept_andLiftedByAnEmptyListInTheMask(Level level) {
    List<String> networks = List.of("10.0.0.0/8", "2001:db8:0:0:0:0:0:0/32");
    Message created = tree.create(operator, level, "allowed_networks", networks);
    assertThat(Api.get(created, "allowed_networks")).isEqualTo(networks);

    Message renamed =
        Tree.call(
            operator,
            "Update",
            level,
            Api.id(created),
            "display_name",
            "Renamed",
            "update_mask",
            Api.mask("display_name"));
    assertThat(Api.get(renamed, "allowed_networks")).isEqualTo(networks);

    Message lifted =
        Tree.call(
            operator,
            "Update",
            level,
            Api.id(created),
            "update_mask",
            Api.mask("allowed_networks"));
    assertThat(Api.get(lifted, "allowed_networks")).isEqualTo(List.of());
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void staleEtag_aborts_andChangesNothing(Level level) {
    Message before = tree.create(operator, level);
    String id = Api.id(before);
    String stale = Api.text(before, "etag");
    Message now = Tree.call(operator, "Suspend", level, id, "etag", stale);

    for (String verb : List.of("Update", "Suspend", "Resume", "Delete")) {
      Refusal refusal =
          Refusal.of(
              () ->
                  operator.send(
                      verb + Tree.name(level),
                      verb.equals("Update")
                          ? Api.filled(
                              verb + Tree.name(level),
                              "id",
                              id,
                              "etag",
                              stale,
                              "display_name",
                              "x",
                              "update_mask",
                              Api.mask("display_name"))
                          : Api.filled(verb + Tree.name(level), "id", id, "etag", stale)));

      assertThat(refusal.code()).as(verb).isEqualTo(Status.Code.ABORTED);
      assertThat(refusal.reason()).isEqualTo("ETAG_MISMATCH");
      assertThat(refusal.metadata())
          .containsEntry("resource_id", id)
          .containsEntry("current_etag", Api.text(now, "etag"));
    }
    assertThat(Tree.call(operator, "Get", level, id)).isEqualTo(now);
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void repeatedSuspendResumeAndDelete_changeNothing_andTakeNoRevision(Level level) {
    String id = Api.id(tree.create(operator, level));

    for (String verb : List.of("Suspend", "Resume", "Delete")) {
      long before = deployment.newestRevision();
      Message first = Tree.call(operator, verb, level, id);
      Message again = Tree.call(operator, verb, level, id);

      assertThat(again).as(verb).isEqualTo(first);
      assertThat(deployment.newestRevision()).as(verb).isEqualTo(before + 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void updateToTheSameValues_changesNothing(Level level) {
    Message before = tree.create(operator, level, "display_name", "Same");
    long revision = deployment.newestRevision();

    Message after =
        Tree.call(
            operator,
            "Update",
            level,
            Api.id(before),
            "display_name",
            "Same",
            "update_mask",
            Api.mask("display_name"));

    assertThat(after).isEqualTo(before);
    assertThat(deployment.newestRevision()).isEqualTo(revision);
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void deletedNode_isShownAsDeleted_listedOnlyOnDemand_andNeverChangedAgain(Level level) {
    String id = Api.id(tree.create(operator, level));

    Message deleted = Tree.call(operator, "Delete", level, id);

    assertThat(Api.text(deleted, "state")).isEqualTo("NODE_STATE_DELETED");
    assertThat(Api.has(deleted, "delete_time")).isTrue();
    assertThat(Tree.call(operator, "Get", level, id)).isEqualTo(deleted);
    assertThat(tree.list(operator, level)).extracting(Api::id).doesNotContain(id);
    assertThat(tree.list(operator, level, "show_deleted", true)).contains(deleted);
    for (String verb : List.of("Suspend", "Resume")) {
      Refusal refusal = Refusal.of(() -> Tree.call(operator, verb, level, id));
      assertNotLive(refusal, level.typeName(), id);
    }
    assertNotLive(
        Refusal.of(
            () ->
                Tree.call(
                    operator,
                    "Update",
                    level,
                    id,
                    "display_name",
                    "x",
                    "update_mask",
                    Api.mask("display_name"))),
        level.typeName(),
        id);
  }

  private static void assertNotLive(Refusal refusal, String type, String id) {
    assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.reason()).isEqualTo("NODE_NOT_LIVE");
    assertThat(refusal.metadata())
        .containsEntry("resource_type", type)
        .containsEntry("resource_id", id);
  }

  @ParameterizedTest
  @EnumSource(value = Level.class, names = "WORKSPACE", mode = EnumSource.Mode.EXCLUDE)
  void belowADeletedNode_allCountsAsDeleted_andNothingCanBeMade(Level level) {
    Tree doomed = Tree.in(deployment);

    doomed.on(operator, "Delete", level);

    for (Level below : Level.values()) {
      if (below.depth() > level.depth()) {
        Message node = doomed.on(operator, "Get", below);
        assertThat(Api.text(node, "state")).isEqualTo("NODE_STATE_ACTIVE");
        assertThat(Api.text(node, "effective_state")).isEqualTo("NODE_STATE_DELETED");
        assertThat(doomed.on(operator, "Delete", below)).isEqualTo(node);
        assertThat(doomed.list(operator, below)).isEmpty();
        assertThat(doomed.list(operator, below, "show_deleted", true)).containsExactly(node);
        assertNotLive(
            Refusal.of(() -> doomed.create(operator, below)), level.typeName(), doomed.id(level));
        assertNotLive(
            Refusal.of(() -> doomed.on(operator, "Suspend", below)),
            level.typeName(),
            doomed.id(level));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void unknownIds_andIdsOfOtherLevels_areNotFound(Level level) {
    String unknown = UUID.randomUUID().toString();
    Level other = level == Level.PROJECT ? Level.WORKSPACE : Level.PROJECT;

    for (String id : List.of(unknown, tree.id(other))) {
      for (String verb : List.of("Get", "Suspend", "Resume", "Delete")) {
        Refusal refusal = Refusal.of(() -> Tree.call(operator, verb, level, id));

        assertThat(refusal.code()).as(verb).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal.metadata())
            .containsEntry("resource_type", level.typeName())
            .containsEntry("resource_id", id);
      }
      level
          .parent()
          .ifPresent(
              above ->
                  assertThat(
                          Refusal.of(
                                  () ->
                                      operator.call(
                                          "Create" + Tree.name(level),
                                          above.idField(),
                                          unknown,
                                          "slug",
                                          "a"))
                              .code())
                      .isEqualTo(Status.Code.NOT_FOUND));
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void lists_goOldestFirst_pageByPage_withoutGapOrRepeat(Level level) {
    Tree wide = Tree.in(deployment);
    for (int i = 0; i < 4; i++) {
      wide.create(operator, level);
    }
    List<Message> all = wide.list(operator, level, "page_size", 1000);
    String method = "List" + Tree.name(level) + "s";
    Message.Builder request = Api.filled(method, "page_size", 2).toBuilder();
    level.parent().ifPresent(above -> Api.set(request, above.idField(), wide.id(above)));

    List<Message> collected = new java.util.ArrayList<>();
    String token = "";
    do {
      Api.set(request, "page_token", token);
      Message page = operator.send(method, request.build());
      assertThat(Tree.items(page)).hasSizeLessThanOrEqualTo(2);
      collected.addAll(Tree.items(page));
      token = Api.text(page, "next_page_token");
    } while (!token.isEmpty());

    assertThat(collected).isEqualTo(all).hasSizeGreaterThanOrEqualTo(5);
    assertThat(collected).extracting(Api::id).isSorted();
  }
}
