package dev.latchkey.keys.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Role;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.User;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several nodes that keep one copy of the tenancy, each with a stream of its own. */
final class ManyNodesTest {
  /** Longer than the time between two heartbeats of tenant-service, in seconds. */
  private static final double HEARTBEATS = 1.5;

  private static RunningKeyService first;
  private static StandInTenancy.Door door;
  private static RunningKeyService second;

  @BeforeAll
  static void start() {
    first = new RunningKeyService();
    door = first.tenancy().door();
    second = RunningKeyService.beside(first, door);
  }

  @AfterAll
  static void stop() {
    Stream.of(second, first).forEach(RunningKeyService::close);
  }

  private static void put(StandInTenancy.Branch branch, NodeState state) {
    first.tenancy().put(branch.organization().clone().setState(state).build());
  }

  private static void awaitDenial(RunningKeyService node, String secret, DenialReason reason) {
    Conditions.await("denied: " + reason, () -> node.denial(secret) == reason);
  }

  private static void sql(String... statements) throws SQLException {
    try (Connection connection = first.database();
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  private static long count(String query) throws SQLException {
    try (Connection connection = first.database();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private static CopyPosition known(RunningKeyService node) {
    return node.host().context().getBean(TenancyIntake.class).known().orElseThrow();
  }

  /** A node that has to take a snapshot knows nothing for a moment. */
  private static boolean hasCome(RunningKeyService node, long revision) {
    return node.host()
        .context()
        .getBean(TenancyIntake.class)
        .known()
        .filter(known -> known.revision() == revision)
        .isPresent();
  }

  private static void awaitLevel() {
    long newest = first.tenancy().newest();
    Conditions.await(
        "both nodes know " + newest, () -> hasCome(first, newest) && hasCome(second, newest));
  }

  @Test
  void aNodeThatTenantServiceDoesNotReach_learnsFromWhatTheOthersEnter_andMissesNothingAfter() {
    StandInTenancy.Branch branch = first.tenancy().branch("cut");
    String secret = first.create(branch.workspace().getId()).getSecret();
    User user = first.tenancy().user(branch.organization().getId());
    first.tenancy().grant(user.getId(), branch.workspace().getId(), Role.MEMBER.toMessage());
    second.awaitRole(user.getId(), branch.workspace().getId(), Role.MEMBER);
    CreateKeyResponse owned = second.createFor(user.getId(), branch.workspace().getId());
    assertThat(second.denial(secret)).isEqualTo(DenialReason.DENIAL_REASON_UNSPECIFIED);
    door.shut();
    try {
      long start = System.nanoTime();
      put(branch, NodeState.NODE_STATE_SUSPENDED);
      awaitDenial(second, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      put(branch, NodeState.NODE_STATE_ACTIVE);
      first.tenancy().put(branch.plan().toBuilder().setApiAccess(false).build());
      awaitDenial(second, secret, DenialReason.DENIAL_REASON_API_ACCESS_DENIED);
      first.tenancy().put(branch.plan());
      first.tenancy().revoke(user.getId(), branch.workspace().getId());
      awaitDenial(second, owned.getSecret(), DenialReason.DENIAL_REASON_OWNER_INACTIVE);
      awaitLevel();
      Conditions.await("the silence is told of", () -> silence(second) > HEARTBEATS);
      assertThat(silence(first)).isLessThan(HEARTBEATS);
    } finally {
      door.open();
    }

    put(branch, NodeState.NODE_STATE_SUSPENDED);

    awaitDenial(second, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    awaitDenial(first, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
  }

  /** How many seconds ago a node heard of tenant-service, as its metric says. */
  private static double silence(RunningKeyService node) {
    return node.host()
        .context()
        .getBean(MeterRegistry.class)
        .get("latchkey.tenancy.silence")
        .timeGauge()
        .value(TimeUnit.SECONDS);
  }

  @Test
  void aLossThatEveryNodeApplies_actsOnce() throws SQLException {
    StandInTenancy.Branch branch = first.tenancy().branch("loss");
    int members = 20;
    List<CreateKeyResponse> keys =
        Stream.generate(
                () ->
                    first.member(
                        branch.organization().getId(), branch.workspace().getId(), Role.MEMBER))
            .limit(members)
            .map(user -> first.createFor(user, branch.workspace().getId()))
            .toList();
    String events = "SELECT count(*) FROM audit_event WHERE action = 'KeyService.DeactivateKey'";
    awaitLevel();
    long before = count(events);

    keys.forEach(
        key -> first.tenancy().revoke(key.getKey().getOwnerUserId(), branch.workspace().getId()));

    for (CreateKeyResponse key : keys) {
      awaitDenial(first, key.getSecret(), DenialReason.DENIAL_REASON_OWNER_INACTIVE);
      awaitDenial(second, key.getSecret(), DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    }
    awaitLevel();
    assertThat(count(events) - before).isEqualTo(members);
  }

  /** What is kept in memory must not be overtaken by a position that others have moved. */
  @Test
  void manyChanges_whileStreamsBreak_holdOnEveryNode() {
    List<StandInTenancy.Branch> branches =
        Stream.of("a", "b", "c", "d").map(name -> first.tenancy().branch("many-" + name)).toList();
    List<String> secrets =
        branches.stream()
            .map(branch -> first.create(branch.workspace().getId()).getSecret())
            .toList();
    secrets.forEach(secret -> assertThat(second.authenticate(secret).hasAllowed()).isTrue());
    Random random = new Random(7);
    NodeState[] last = new NodeState[branches.size()];
    for (int round = 0; round < 300; round++) {
      int chosen = random.nextInt(branches.size());
      last[chosen] =
          random.nextBoolean() ? NodeState.NODE_STATE_SUSPENDED : NodeState.NODE_STATE_ACTIVE;
      put(branches.get(chosen), last[chosen]);
      if (round % 40 == 20) {
        door.shut();
      } else if (round % 40 == 39) {
        door.open();
        awaitLevel();
      }
    }
    door.open();
    awaitLevel();

    for (int i = 0; i < last.length; i++) {
      DenialReason expected =
          last[i] == NodeState.NODE_STATE_SUSPENDED
              ? DenialReason.DENIAL_REASON_TENANT_SUSPENDED
              : DenialReason.DENIAL_REASON_UNSPECIFIED;
      assertThat(first.denial(secrets.get(i))).isEqualTo(expected);
      assertThat(second.denial(secrets.get(i))).isEqualTo(expected);
    }
  }

  @Test
  void aNodeThatStopsWhileItEnters_keepsNobodyFromKnowing() throws SQLException {
    StandInTenancy.Branch branch = first.tenancy().branch("held");
    String secret = first.create(branch.workspace().getId()).getSecret();
    assertThat(second.denial(secret)).isEqualTo(DenialReason.DENIAL_REASON_UNSPECIFIED);
    try (Connection stopped = first.database();
        Statement statement = stopped.createStatement()) {
      stopped.setAutoCommit(false);
      statement.execute("SELECT * FROM tenancy_position FOR UPDATE");
      long start = System.nanoTime();

      put(branch, NodeState.NODE_STATE_SUSPENDED);

      awaitDenial(first, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
      awaitDenial(second, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      stopped.rollback();
    }
    awaitLevel();
  }

  @Test
  void whereTenantServiceLostItsLastChanges_theNodesTakeTheTenancyAnew() {
    StandInTenancy.Branch branch = first.tenancy().branch("restored");
    String secret = first.create(branch.workspace().getId()).getSecret();
    StandInTenancy.Branch kept = first.tenancy().branch("kept");
    String keptSecret = first.create(kept.workspace().getId()).getSecret();
    assertThat(second.authenticate(keptSecret).hasAllowed()).isTrue();
    long restored = first.tenancy().newest();
    put(branch, NodeState.NODE_STATE_SUSPENDED);
    String lost = first.create(first.tenancy().branch("lost").workspace().getId()).getSecret();
    awaitDenial(first, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    awaitDenial(second, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    assertThat(second.authenticate(lost).hasAllowed()).isTrue();
    awaitLevel();
    long generation = known(first).generation();

    first.tenancy().fallBack(restored);

    awaitDenial(first, secret, DenialReason.DENIAL_REASON_UNSPECIFIED);
    awaitDenial(second, secret, DenialReason.DENIAL_REASON_UNSPECIFIED);
    awaitDenial(second, lost, DenialReason.DENIAL_REASON_TENANT_DELETED);
    awaitLevel();
    assertThat(known(first).generation()).isEqualTo(generation + 1);
    assertThat(known(second).generation()).isEqualTo(generation + 1);
    put(kept, NodeState.NODE_STATE_SUSPENDED);
    awaitDenial(first, keptSecret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    awaitDenial(second, keptSecret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
  }

  @Test
  void whereTheCopyLostItsLastChanges_aSnapshotBringsThemBack() throws SQLException {
    StandInTenancy.Branch branch = first.tenancy().branch("tail");
    String secret = first.create(branch.workspace().getId()).getSecret();
    awaitDenial(second, secret, DenialReason.DENIAL_REASON_UNSPECIFIED);
    awaitLevel();
    sql("CREATE TABLE saved AS SELECT id, payload, revision FROM tenancy_node");
    long before = first.tenancy().newest();
    put(branch, NodeState.NODE_STATE_SUSPENDED);
    awaitDenial(first, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    awaitLevel();

    sql(
        "UPDATE tenancy_node n SET payload = s.payload, revision = s.revision"
            + " FROM saved s WHERE s.id = n.id; UPDATE tenancy_position SET revision = "
            + before);

    Conditions.await("entered again", () -> position() == before + 1);
    try (RunningKeyService third = RunningKeyService.beside(first)) {
      awaitDenial(third, secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    }
  }

  private static long position() {
    try {
      return count("SELECT revision FROM tenancy_position");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
