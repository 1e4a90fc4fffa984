package dev.latchkey.keys.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.support.RunningKeyService;
import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.KeyState;
import dev.latchkey.proto.tenancy.v1.Membership;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.User;
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

  private static TenancyResource user(UUID id, UUID organization, long revision) {
    return TenancyResource.newBuilder()
        .setUser(User.newBuilder().setId(id.toString()).setOrganizationId(organization.toString()))
        .setRevision(revision)
        .build();
  }

  private static TenancyResource membership(UUID user, UUID node, boolean live, long revision) {
    Membership.Builder membership =
        Membership.newBuilder()
            .setUserId(user.toString())
            .setNode(NodeRef.newBuilder().setId(node.toString()))
            .setRole(Role.ROLE_MEMBER);
    if (!live) {
      membership.setDeleteTime(Timestamp.newBuilder().setSeconds(1));
    }
    return TenancyResource.newBuilder().setMembership(membership).setRevision(revision).build();
  }

  @Test
  void aLostRoleThatMeetsALoad_isNeverMissed() throws Exception {
    UUID node = UUID.randomUUID();
    Transactions transactions = service.host().context().getBean(Transactions.class);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 100; round++) {
        Members fresh = new Members(transactions);
        TenancyModel model = new TenancyModel(store, client, fresh);
        UUID id = UUID.randomUUID();
        model.apply(List.of(user(id, node, 1), membership(id, node, true, 2)), FAR_AHEAD);
        Future<Member> load = threads.submit(() -> fresh.get(id));

        model.apply(List.of(membership(id, node, false, 3)), FAR_AHEAD);

        assertThat(load.get().view().roleAt(List.of(node))).isEmpty();
        assertThat(load.get().current().roles()).isEmpty();
      }
    }
  }

  @Test
  void anOlderMembership_neverReplacesANewerOne_inMemoryOrInTheDatabase() {
    UUID node = UUID.randomUUID();
    UUID id = UUID.randomUUID();
    TenancyModel model = model();
    model.apply(List.of(user(id, node, 1), membership(id, node, false, 5)), FAR_AHEAD);
    Member member = members.get(id);

    model.apply(List.of(membership(id, node, true, 4)), FAR_AHEAD);

    assertThat(member.current().roles()).isEmpty();
    Transactions transactions = service.host().context().getBean(Transactions.class);
    assertThat(new Members(transactions).get(id).current().roles()).isEmpty();
  }

  /** A snapshot has its resources in any order, and lost roles among them. */
  @Test
  void aSnapshot_deactivatesTheKeysOfWhoLostTheRoleMeanwhile() {
    StandInTenancy.Branch acme = service.tenancy().branch("snapshot");
    String workspace = acme.workspace().getId();
    String user =
        service.member(acme.organization().getId(), workspace, dev.latchkey.kit.access.Role.MEMBER);
    CreateKeyResponse key = service.createFor(user, workspace);
    assertThat(service.authenticate(key.getSecret()).hasAllowed()).isTrue();
    TenancyModel model = service.host().context().getBean(TenancyModel.class);
    UUID id = UUID.fromString(user);

    model.apply(
        List.of(
            membership(id, UUID.fromString(workspace), false, FAR_AHEAD),
            user(id, UUID.fromString(acme.organization().getId()), FAR_AHEAD)),
        FAR_AHEAD);

    assertThat(service.denial(key.getSecret()))
        .isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    assertThat(
            service
                .keys()
                .getKey(GetKeyRequest.newBuilder().setId(key.getKey().getId()).build())
                .getKey()
                .getState())
        .isEqualTo(KeyState.KEY_STATE_OWNER_INACTIVE);
  }

  @Test
  void whileNothingChanges_theTenancyIsTheSameObject() {
    Lineage lineage =
        model().require(UUID.fromString(service.tenancy().branch("same").organization().getId()));

    assertThat(lineage.current()).isSameAs(lineage.current());
  }
}
