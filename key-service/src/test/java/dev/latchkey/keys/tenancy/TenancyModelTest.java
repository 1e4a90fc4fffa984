package dev.latchkey.keys.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TenancyModelTest {
  private static final long FAR_AHEAD = 1_000_000;

  private static RunningKeyService service;
  private static TenancyStore store;
  private static TenantServiceClient client;
  private static Members members;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    store = service.host().context().getBean(TenancyStore.class);
    members = service.host().context().getBean(Members.class);
    client = service.host().context().getBean(TenantServiceClient.class);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static TenancyResource organization(UUID id, UUID plan, NodeState state, long revision) {
    return TenancyResource.newBuilder()
        .setOrganization(
            Organization.newBuilder()
                .setId(id.toString())
                .setSlug("o")
                .setDisplayName("O")
                .setPlanId(plan.toString())
                .setState(state))
        .setRevision(revision)
        .build();
  }

  private static TenancyResource plan(UUID id, long revision) {
    return TenancyResource.newBuilder()
        .setPlan(Plan.newBuilder().setId(id.toString()).setApiAccess(true))
        .setRevision(revision)
        .build();
  }

  private static TenancyModel model() {
    TenancyModel model = new TenancyModel(store, client, members);
    model.loadPlans();
    return model;
  }

  @Test
  void aChangeThatMeetsALoad_isNeverLost() throws Exception {
    UUID planId = UUID.randomUUID();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 300; round++) {
        TenancyModel model = model();
        UUID id = UUID.randomUUID();
        long revision = FAR_AHEAD + round * 10L;
        model.apply(
            List.of(
                plan(planId, revision),
                organization(id, planId, NodeState.NODE_STATE_ACTIVE, revision)),
            revision);
        AtomicBoolean loaded = new AtomicBoolean();
        Future<Lineage> load =
            threads.submit(
                () -> {
                  Lineage lineage = model.require(id);
                  loaded.set(true);
                  return lineage;
                });
        model.apply(
            List.of(organization(id, planId, NodeState.NODE_STATE_SUSPENDED, revision + 1)),
            revision + 1);

        assertThat(load.get().current().standing())
            .as("loaded before the change: %s", loaded.get())
            .isEqualTo(Tenant.Standing.SUSPENDED);
      }
    }
  }

  /** A bug once: "the copy lacks the plan". */
  @Test
  void aLoadBetweenTheCommitOfANewPlanAndItsPublication_findsThePlan() {
    UUID planId = UUID.randomUUID();
    UUID id = UUID.randomUUID();
    TenancyModel model = model();

    store.add(List.of(plan(planId, 1), organization(id, planId, NodeState.NODE_STATE_ACTIVE, 2)));

    assertThat(model.require(id).current().apiAccess()).isTrue();
  }

  /** A snapshot has its resources in any order. */
  @Test
  void anOrganizationThatComesBeforeItsNewPlan_isNeverSeenWithoutIt() {
    UUID first = UUID.randomUUID();
    UUID id = UUID.randomUUID();
    TenancyModel model = model();
    model.apply(
        List.of(plan(first, 1), organization(id, first, NodeState.NODE_STATE_ACTIVE, 2)), 2);
    Lineage lineage = model.require(id);
    UUID second = UUID.randomUUID();

    model.apply(
        List.of(organization(id, second, NodeState.NODE_STATE_ACTIVE, 4), plan(second, 3)), 4);

    assertThat(lineage.current().apiAccess()).isTrue();
  }

  @Test
  void anOlderRevision_neverReplacesANewerOne_inMemoryOrInTheDatabase() {
    UUID planId = UUID.randomUUID();
    UUID id = UUID.randomUUID();
    TenancyModel model = model();
    model.apply(
        List.of(plan(planId, 5), organization(id, planId, NodeState.NODE_STATE_SUSPENDED, 7)), 7);
    Lineage lineage = model.require(id);

    model.apply(List.of(organization(id, planId, NodeState.NODE_STATE_ACTIVE, 6)), 8);

    assertThat(lineage.current().standing()).isEqualTo(Tenant.Standing.SUSPENDED);
    assertThat(model().require(id).current().standing()).isEqualTo(Tenant.Standing.SUSPENDED);
  }

  @Test
  void whileNothingChanges_theTenancyIsTheSameObject() {
    Lineage lineage =
        model().require(UUID.fromString(service.tenancy().branch("same").organization().getId()));

    assertThat(lineage.current()).isSameAs(lineage.current());
  }
}
