package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.rpc.QuotaFailure;
import dev.latchkey.proto.tenancy.v1.Ceilings;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import dev.latchkey.tenancy.testing.Watcher;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many live things an organization may have by its plan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CeilingTest {
  private static final int THREADS = 100;
  private static final int CEILING = 10;

  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private static Ceilings all(long limit) {
    return Ceilings.newBuilder()
        .setKeys(limit)
        .setEnvironments(limit)
        .setWorkspaces(limit)
        .setMembers(limit)
        .build();
  }

  private Plan plan(Ceilings ceilings) {
    return (Plan) operator.call("CreatePlan", "slug", Deployment.newSlug(), "ceilings", ceilings);
  }

  private void setCeilings(String plan, Ceilings ceilings) {
    operator.call(
        "UpdatePlan", "id", plan, "ceilings", ceilings, "update_mask", Api.mask("ceilings"));
  }

  private String organization(String plan) {
    return Api.id(
        operator.call("CreateOrganization", "slug", Deployment.newSlug(), "plan_id", plan));
  }

  private String environment(String project, Object... more) {
    List<Object> fields =
        new ArrayList<>(List.of("project_id", project, "slug", Deployment.newSlug()));
    fields.addAll(List.of(more));
    return Api.id(operator.call("CreateEnvironment", fields.toArray()));
  }

  private Message user(String organization) {
    return operator.call(
        "CreateUser",
        "organization_id",
        organization,
        "email",
        Deployment.newSlug() + "@example.org");
  }

  private static void assertFull(Refusal refusal, String ceiling, long limit) {
    assertThat(refusal.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.reason()).isEqualTo("PLAN_CEILING_REACHED");
    assertThat(refusal.metadata())
        .containsEntry("ceiling", ceiling)
        .containsEntry("limit", Long.toString(limit));
  }

  @Test
  void ceilings_areAnswered_changedByTheMask_andInTheFeed() throws Exception {
    long before = deployment.newestRevision();
    Ceilings some = Ceilings.newBuilder().setKeys(0).setWorkspaces(1_000_000_000).build();
    Plan created = plan(some);
    String id = created.getId();
    Plan renamed =
        (Plan)
            operator.call(
                "UpdatePlan",
                "id",
                id,
                "display_name",
                "Other",
                "ceilings",
                all(1),
                "update_mask",
                Api.mask("display_name"));
    Ceilings members = Ceilings.newBuilder().setMembers(3).build();
    setCeilings(id, members);
    setCeilings(id, Ceilings.getDefaultInstance());

    assertThat(created.getCeilings()).isEqualTo(some);
    assertThat(created.getCeilings().hasKeys()).isTrue();
    assertThat(created.getCeilings().hasMembers()).isFalse();
    assertThat(renamed.getCeilings()).isEqualTo(some);
    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      assertThat(watcher.changesUpTo(before + 4))
          .extracting(change -> change.getPlan().getCeilings())
          .containsExactly(some, some, members, Ceilings.getDefaultInstance());
    }
    assertThat(((Plan) operator.call("GetPlan", "id", id)).hasCeilings()).isFalse();
  }

  @Test
  void ceilingOfNone_refusesTheFirst_andNoCeilingRefusesNothing() {
    String full = organization(plan(all(0)).getId());
    String free = organization(plan(Ceilings.getDefaultInstance()).getId());
    String fullProject = deployment.project(full);

    assertFull(Refusal.of(() -> environment(fullProject)), "environments", 0);
    assertFull(Refusal.of(() -> user(full)), "members", 0);
    environment(deployment.project(free));
    user(free);
  }

  @Test
  void refusal_saysOfWhomWhatIsUsedUp() throws Exception {
    String organization = organization(plan(all(0)).getId());
    StatusRuntimeException error = null;
    try {
      user(organization);
    } catch (StatusRuntimeException refused) {
      error = refused;
    }

    List<QuotaFailure> failures = new ArrayList<>();
    for (var detail :
        Objects.requireNonNull(StatusProto.fromThrowable(Objects.requireNonNull(error)))
            .getDetailsList()) {
      if (detail.is(QuotaFailure.class)) {
        failures.add(detail.unpack(QuotaFailure.class));
      }
    }
    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst().getViolations(0).getSubject())
        .isEqualTo("organization:" + organization);
  }

  @Test
  void ceiling_isOfTheWholeOrganization_andOfNoOther() {
    String plan = plan(all(2)).getId();
    String organization = organization(plan);
    String environment = environment(deployment.project(organization));
    String second = environment(deployment.project(organization));
    String third = deployment.project(organization);
    deployment.workspace(environment);
    deployment.workspace(second);
    user(organization);
    user(organization);

    assertFull(Refusal.of(() -> environment(third)), "environments", 2);
    assertFull(Refusal.of(() -> deployment.workspace(second)), "workspaces", 2);
    assertFull(Refusal.of(() -> user(organization)), "members", 2);
    String other = organization(plan);
    deployment.workspace(environment(deployment.project(other)));
    user(other);
  }

  @Test
  void onlyLiveThings_count() {
    String organization = organization(plan(all(1)).getId());
    String project = deployment.project(organization);
    String suspended = environment(project);
    Tree.call(operator, "Suspend", Level.ENVIRONMENT, suspended);
    Refusal stillThere = Refusal.of(() -> environment(project));

    Tree.call(operator, "Delete", Level.ENVIRONMENT, suspended);
    deployment.workspace(
        environment(project, "expire_time", deployment.clock().now().plus(Duration.ofMinutes(1))));
    Refusal notYet = Refusal.of(() -> environment(project));
    deployment.clock().pass(Duration.ofMinutes(1));
    deployment.workspace(environment(project));
    Tree.call(operator, "Delete", Level.PROJECT, project);
    String another = deployment.project(organization);
    String last = environment(another);
    Tree.call(operator, "Delete", Level.WORKSPACE, deployment.workspace(last));
    deployment.workspace(last);
    operator.call("DeleteUser", "id", Api.id(user(organization)));
    user(organization);

    assertFull(stillThere, "environments", 1);
    assertFull(notYet, "environments", 1);
    assertFull(Refusal.of(() -> deployment.workspace(last)), "workspaces", 1);
  }

  @Test
  void loweredCeiling_takesNothingAway_andRefusesWhatWouldBeMore() {
    String plan = plan(all(3)).getId();
    String organization = organization(plan);
    String project = deployment.project(organization);
    List<String> three = List.of(environment(project), environment(project), environment(project));

    setCeilings(plan, all(1));

    assertThat(three)
        .extracting(id -> Tree.call(operator, "Get", Level.ENVIRONMENT, id))
        .extracting(node -> Api.text(node, "effective_state"))
        .containsOnly("NODE_STATE_ACTIVE");
    assertFull(Refusal.of(() -> environment(project)), "environments", 1);
    Tree.call(operator, "Delete", Level.ENVIRONMENT, three.get(0));
    Tree.call(operator, "Delete", Level.ENVIRONMENT, three.get(1));
    assertFull(Refusal.of(() -> environment(project)), "environments", 1);
    Tree.call(operator, "Delete", Level.ENVIRONMENT, three.get(2));
    environment(project);
  }

  @Test
  void anotherPlan_bringsItsOwnCeiling() {
    String organization = organization(plan(all(0)).getId());
    String project = deployment.project(organization);

    operator.call(
        "UpdateOrganization",
        "id",
        organization,
        "plan_id",
        plan(all(1)).getId(),
        "update_mask",
        Api.mask("plan_id"));

    environment(project);
    assertFull(Refusal.of(() -> environment(project)), "environments", 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"environments", "workspaces", "members"})
  void ofAHundredAtOnce_exactlyAsManySucceedAsThereIsRoomFor(String ceiling) throws Exception {
    String organization = organization(plan(all(CEILING)).getId());
    List<String> projects =
        List.of(deployment.project(organization), deployment.project(organization));
    List<String> environments =
        ceiling.equals("workspaces") ? projects.stream().map(this::environment).toList() : projects;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Optional<Refusal>>> attempts = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < THREADS; i++) {
        int place = i % 2;
        attempts.add(
            threads.submit(
                () -> {
                  start.await();
                  return attempt(
                      () -> {
                        switch (ceiling) {
                          case "environments" -> environment(projects.get(place));
                          case "workspaces" -> deployment.workspace(environments.get(place));
                          default -> user(organization);
                        }
                      });
                }));
      }
      start.countDown();
    }

    List<Refusal> refusals = new ArrayList<>();
    for (Future<Optional<Refusal>> attempt : attempts) {
      attempt.get().ifPresent(refusals::add);
    }
    assertThat(refusals).hasSize(THREADS - CEILING);
    refusals.forEach(refusal -> assertFull(refusal, ceiling, CEILING));
  }

  private static Optional<Refusal> attempt(Runnable call) {
    try {
      call.run();
      return Optional.empty();
    } catch (StatusRuntimeException error) {
      return Optional.of(Refusal.of(error));
    }
  }
}
