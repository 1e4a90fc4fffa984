package dev.latchkey.keys.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.support.RunningKeyService;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TenancyModelTest {
  /** No revision is used twice: what is entered must lie beyond all before. */
  private static final AtomicLong REVISIONS = new AtomicLong(1_000_000);

  /** Only its database is used; the revisions of its own tenancy are far behind. */
  private static RunningKeyService service;

  private static TenancyStore store;
  private static TenantServiceClient client;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    store = service.host().context().getBean(TenancyStore.class);
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

  /** What one node has in memory, and the way into it. */
  private record Node(TenancyModel model, Members members, TenancyIntake intake) {
    void apply(TenancyResource... resources) {
      long last = Stream.of(resources).mapToLong(TenancyResource::getRevision).max().orElseThrow();
      intake.snapshot(List.of(resources), last, false);
    }

    Lineage require(UUID id) {
      return model.require(id);
    }
  }

  private static long next() {
    return REVISIONS.incrementAndGet();
  }

  private static Node node() {
    Members members = new Members(service.host().context().getBean(Transactions.class));
    TenancyModel model = new TenancyModel(store, client);
    TenancyIntake intake = new TenancyIntake(store, model, members, List.of());
    intake.begin();
    return new Node(model, members, intake);
  }

  @Test
  void aChangeThatMeetsALoad_isNeverLost() throws Exception {
    UUID planId = UUID.randomUUID();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 300; round++) {
        Node node = node();
        UUID id = UUID.randomUUID();
        node.apply(
            plan(planId, next()), organization(id, planId, NodeState.NODE_STATE_ACTIVE, next()));
        AtomicBoolean loaded = new AtomicBoolean();
        Future<Lineage> load =
            threads.submit(
                () -> {
                  Lineage lineage = node.require(id);
                  loaded.set(true);
                  return lineage;
                });
        node.apply(organization(id, planId, NodeState.NODE_STATE_SUSPENDED, next()));

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
    Node node = node();

    store.add(List.of(plan(planId, 1), organization(id, planId, NodeState.NODE_STATE_ACTIVE, 2)));

    assertThat(node.require(id).current().apiAccess()).isTrue();
  }

  /** A snapshot has its resources in any order. */
  @Test
  void anOrganizationThatComesBeforeItsNewPlan_isNeverSeenWithoutIt() {
    UUID first = UUID.randomUUID();
    UUID id = UUID.randomUUID();
    Node node = node();
    node.apply(plan(first, next()), organization(id, first, NodeState.NODE_STATE_ACTIVE, next()));
    Lineage lineage = node.require(id);
    UUID second = UUID.randomUUID();

    node.apply(organization(id, second, NodeState.NODE_STATE_ACTIVE, next()), plan(second, next()));

    assertThat(lineage.current().apiAccess()).isTrue();
  }

  @Test
  void anOlderRevision_neverReplacesANewerOne_inMemoryOrInTheDatabase() {
    UUID planId = UUID.randomUUID();
    UUID id = UUID.randomUUID();
    Node node = node();
    long older = next();
    node.apply(
        plan(planId, next()), organization(id, planId, NodeState.NODE_STATE_SUSPENDED, next()));
    Lineage lineage = node.require(id);

    node.apply(organization(id, planId, NodeState.NODE_STATE_ACTIVE, older), plan(planId, next()));
    store.add(List.of(organization(id, planId, NodeState.NODE_STATE_ACTIVE, older)));

    assertThat(lineage.current().standing()).isEqualTo(Tenant.Standing.SUSPENDED);
    assertThat(node().require(id).current().standing()).isEqualTo(Tenant.Standing.SUSPENDED);
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
    UUID at = UUID.randomUUID();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 100; round++) {
        Node node = node();
        UUID id = UUID.randomUUID();
        node.apply(user(id, at, next()), membership(id, at, true, next()));
        Future<Member> load = threads.submit(() -> node.members().get(id));

        node.apply(membership(id, at, false, next()));

        assertThat(load.get().view().roleAt(List.of(at))).isEmpty();
        assertThat(load.get().current().roles()).isEmpty();
      }
    }
  }

  @Test
  void anOlderMembership_neverReplacesANewerOne_inMemoryOrInTheDatabase() {
    UUID at = UUID.randomUUID();
    UUID id = UUID.randomUUID();
    Node node = node();
    long older = next();
    node.apply(user(id, at, next()), membership(id, at, false, next()));
    Member member = node.members().get(id);

    node.apply(membership(id, at, true, older), user(UUID.randomUUID(), at, next()));

    assertThat(member.current().roles()).isEmpty();
    assertThat(node().members().get(id).current().roles()).isEmpty();
  }

  /** A snapshot has its resources in any order, and lost roles among them. */
  @Test
  void aSnapshot_deactivatesTheKeysOfWhoLostTheRoleMeanwhile_andOnlyThose() {
    try (RunningKeyService live = new RunningKeyService()) {
      StandInTenancy.Branch acme = live.tenancy().branch("snapshot");
      String workspace = acme.workspace().getId();
      String environment = acme.environment().getId();
      String organization = acme.organization().getId();
      String user = live.member(organization, workspace, dev.latchkey.kit.access.Role.MEMBER);
      String promoted = live.member(organization, workspace, dev.latchkey.kit.access.Role.MEMBER);
      CreateKeyResponse key = live.createFor(user, workspace);
      CreateKeyResponse kept = live.createFor(promoted, workspace);
      assertThat(live.authenticate(key.getSecret()).hasAllowed()).isTrue();
      UUID id = UUID.fromString(user);
      UUID other = UUID.fromString(promoted);

      live.host()
          .context()
          .getBean(TenancyIntake.class)
          .snapshot(
              List.of(
                  membership(id, UUID.fromString(workspace), false, next()),
                  user(id, UUID.fromString(organization), next()),
                  membership(other, UUID.fromString(workspace), false, next()),
                  membership(other, UUID.fromString(environment), true, next())),
              next(),
              false);

      assertThat(live.denial(key.getSecret())).isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
      assertThat(state(live, key)).isEqualTo(KeyState.KEY_STATE_OWNER_INACTIVE);
      assertThat(state(live, kept)).isEqualTo(KeyState.KEY_STATE_ACTIVE);
    }
  }

  private static KeyState state(RunningKeyService live, CreateKeyResponse key) {
    return live.keys()
        .getKey(GetKeyRequest.newBuilder().setId(key.getKey().getId()).build())
        .getKey()
        .getState();
  }

  @Test
  void whileNothingChanges_theTenancyIsTheSameObject() {
    Lineage lineage =
        node().require(UUID.fromString(service.tenancy().branch("same").organization().getId()));

    assertThat(lineage.current()).isSameAs(lineage.current());
  }
}
