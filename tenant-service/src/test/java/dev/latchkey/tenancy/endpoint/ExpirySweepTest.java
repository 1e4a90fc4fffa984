package dev.latchkey.tenancy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Await;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import dev.latchkey.tenancy.testing.Watcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExpirySweepTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();
  private final Tree tree = Tree.in(deployment);
  private final ExpirySweep sweep = deployment.bean(ExpirySweep.class);

  @BeforeEach
  void nothingIsLeftOfTheTestBefore() {
    sweep.sweep();
  }

  private String environmentUntil(Instant end) {
    return Api.id(tree.create(operator, Level.ENVIRONMENT, "expire_time", end));
  }

  private Instant inAMinute() {
    return deployment.clock().now().plus(Duration.ofMinutes(1));
  }

  private Environment get(String id) {
    return (Environment) Tree.call(operator, "Get", Level.ENVIRONMENT, id);
  }

  @Test
  void expiredEnvironment_isMarkedDeleted_asOfItsEnd_andTheFeedHasIt() throws Exception {
    Instant end = inAMinute();
    String expired = environmentUntil(end);
    String alive = environmentUntil(end.plusSeconds(3600));
    deployment.clock().pass(Duration.ofMinutes(1));
    long before = deployment.newestRevision();

    int marked = sweep.sweep();

    assertThat(marked).isEqualTo(1);
    assertThat(deployment.newestRevision()).isEqualTo(before + 1);
    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      Environment change = watcher.nextChange().getEnvironment();
      assertThat(change.getId()).isEqualTo(expired);
      assertThat(change.getState()).isEqualTo(NodeState.NODE_STATE_DELETED);
      assertThat(change.getDeleteTime()).isEqualTo(Api.timestamp(end));
    }
    assertThat(get(expired).getDeleteTime()).isEqualTo(Api.timestamp(end));
    assertThat(get(alive).getState()).isEqualTo(NodeState.NODE_STATE_ACTIVE);
    assertThat(sweep.sweep()).isZero();
  }

  @Test
  void suspendedEnvironment_expiresToo() {
    String id = environmentUntil(inAMinute());
    Tree.call(operator, "Suspend", Level.ENVIRONMENT, id);
    deployment.clock().pass(Duration.ofMinutes(1));

    sweep.sweep();

    assertThat(get(id).getState()).isEqualTo(NodeState.NODE_STATE_DELETED);
  }

  /** What a caller meets at an expired environment. */
  private List<Object> observed(String id, String workspace) {
    Environment environment = get(id);
    Message inside = Tree.call(operator, "Get", Level.WORKSPACE, workspace);
    List<Object> seen = new ArrayList<>();
    seen.add(environment.getEffectiveState());
    seen.add(environment.getExpireTime());
    seen.add(environment.getSlug());
    seen.add(inside);
    seen.add(ids(tree.list(operator, Level.ENVIRONMENT)));
    seen.add(ids(tree.list(operator, Level.ENVIRONMENT, "show_deleted", true)));
    for (String verb : List.of("Suspend", "Resume")) {
      seen.add(Refusal.of(() -> Tree.call(operator, verb, Level.ENVIRONMENT, id)));
    }
    seen.add(
        Refusal.of(
            () ->
                Tree.call(
                    operator,
                    "Update",
                    Level.ENVIRONMENT,
                    id,
                    "display_name",
                    "Other",
                    "update_mask",
                    Api.mask("display_name"))));
    seen.add(Refusal.of(() -> deployment.workspace(id)));
    seen.add(Api.id(Tree.call(operator, "Delete", Level.ENVIRONMENT, id)));
    return seen;
  }

  private static List<String> ids(List<Message> nodes) {
    return nodes.stream().map(Api::id).toList();
  }

  @Test
  void whatACallerMeets_isTheSameBeforeAndAfter() {
    String id = environmentUntil(inAMinute());
    String workspace = deployment.workspace(id);
    deployment.clock().pass(Duration.ofMinutes(1));

    List<Object> before = observed(id, workspace);
    int marked = sweep.sweep();

    assertThat(marked).isEqualTo(1);
    assertThat(observed(id, workspace)).isEqualTo(before);
  }

  @Test
  void slugOfASweptEnvironment_canBeTakenAgain() {
    String slug = get(environmentUntil(inAMinute())).getSlug();
    deployment.clock().pass(Duration.ofMinutes(1));

    sweep.sweep();

    tree.create(operator, Level.ENVIRONMENT, "slug", slug);
  }

  @Test
  void sweepsAtOnce_onTwoNodes_markEachOnce() throws Exception {
    int count = 2 * ExpirySweep.BATCH + 10;
    Instant end = inAMinute();
    List<String> expired = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      expired.add(environmentUntil(end));
    }
    ExpirySweep other = deployment.startNode().host().context().getBean(ExpirySweep.class);
    deployment.clock().pass(Duration.ofMinutes(1));
    long before = deployment.newestRevision();

    CountDownLatch start = new CountDownLatch(1);
    List<Future<Integer>> sweeps = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ExpirySweep one : List.of(sweep, other, sweep, other)) {
        sweeps.add(
            threads.submit(
                () -> {
                  start.await();
                  return one.sweep();
                }));
      }
      start.countDown();
    }

    int marked = 0;
    for (Future<Integer> one : sweeps) {
      marked += one.get();
    }
    // Who found the others at work may have left early; nothing is left over all the same.
    assertThat(marked + sweep.sweep()).isEqualTo(count);
    assertThat(deployment.newestRevision()).isEqualTo(before + count);
    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      assertThat(watcher.changesUpTo(before + count))
          .extracting(TenancyResource::getEnvironment)
          .extracting(Environment::getId)
          .containsExactlyInAnyOrderElementsOf(expired);
    }
  }

  @Test
  void environmentThatSomebodyHolds_isLeftForTheNextTime_andNobodyWaits() {
    String held = environmentUntil(inAMinute());
    String free = environmentUntil(inAMinute());
    deployment.clock().pass(Duration.ofMinutes(2));

    int marked =
        deployment
            .transactions()
            .write(
                connection -> {
                  Sql.update(
                      connection,
                      "UPDATE node SET display_name = display_name WHERE id = ?",
                      UUID.fromString(held));
                  return CompletableFuture.supplyAsync(sweep::sweep)
                      .orTimeout(10, TimeUnit.SECONDS)
                      .join();
                });

    assertThat(marked).isEqualTo(1);
    assertThat(get(free).getState()).isEqualTo(NodeState.NODE_STATE_DELETED);
    assertThat(get(held).getState()).isEqualTo(NodeState.NODE_STATE_ACTIVE);
    assertThat(sweep.sweep()).isEqualTo(1);
  }

  @Test
  void sweep_comesByItself() throws Exception {
    try (Deployment eager = new Deployment(Duration.ofMillis(100))) {
      Tree nodes = Tree.in(eager);
      String id =
          Api.id(
              nodes.create(
                  eager.asOperator(),
                  Level.ENVIRONMENT,
                  "expire_time",
                  eager.clock().now().plus(Duration.ofMinutes(1))));

      eager.clock().pass(Duration.ofMinutes(1));

      Await.until(
          "the environment is marked deleted",
          () ->
              Api.text(Tree.call(eager.asOperator(), "Get", Level.ENVIRONMENT, id), "state")
                  .equals("NODE_STATE_DELETED"));
    }
  }
}
