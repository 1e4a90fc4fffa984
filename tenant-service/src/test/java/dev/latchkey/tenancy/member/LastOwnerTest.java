package dev.latchkey.tenancy.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Await;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An organization that has an OWNER keeps one, also when the last two remove each other at once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LastOwnerTest {
  private static final int LIMIT_SECONDS = 20;
  private static final int ROUNDS = 8;

  @AutoClose private final Deployment deployment = new Deployment();
  @AutoClose private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Api operator = deployment.asOperator();

  /** The ways to stop being an OWNER of an organization. */
  enum Way {
    REVOKED {
      @Override
      void go(Api api, String user, String organization) {
        api.call("RevokeRole", "node_id", organization, "user_id", user);
      }
    },
    LOWERED {
      @Override
      void go(Api api, String user, String organization) {
        api.call("GrantRole", "node_id", organization, "user_id", user, "role", Role.ROLE_ADMIN);
      }
    },
    DELETED {
      @Override
      void go(Api api, String user, String organization) {
        api.call("DeleteUser", "id", user);
      }
    };

    abstract void go(Api api, String user, String organization);
  }

  private String owner(String organization) {
    String user = deployment.user(organization);
    deployment.grant(user, Role.ROLE_OWNER, organization);
    return user;
  }

  private long owners(String organization) {
    Message list =
        operator.send("ListMemberships", Api.filled("ListMemberships", "node_id", organization));
    return Tree.items(list).stream()
        .filter(membership -> Api.text(membership, "role").equals("ROLE_OWNER"))
        .count();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void lastOwner_stays_untilThereIsAnother(Way way) {
    String organization = deployment.organization();
    String user = owner(organization);
    deployment.grant(user, Role.ROLE_OWNER, deployment.project(organization));
    deployment.grant(deployment.user(organization), Role.ROLE_ADMIN, organization);
    String gone = owner(organization);
    operator.call("DeleteUser", "id", gone);
    String revoked = owner(organization);
    operator.call("RevokeRole", "node_id", organization, "user_id", revoked);
    String belowOnly = deployment.user(organization);
    deployment.grant(belowOnly, Role.ROLE_OWNER, deployment.project(organization));
    long before = deployment.newestRevision();

    Refusal refusal = Refusal.of(() -> way.go(operator, user, organization));

    assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.reason()).isEqualTo("LAST_OWNER");
    assertThat(refusal.metadata()).isEqualTo(Map.of("organization_id", organization));
    assertThat(deployment.newestRevision()).isEqualTo(before);
    owner(organization);
    way.go(operator, user, organization);
    assertThat(owners(organization)).isEqualTo(1);
  }

  @Test
  void lastOwnersOtherRoles_canBeTaken_andTheirOwnGrantedAnew() {
    String organization = deployment.organization();
    String project = deployment.project(organization);
    String user = owner(organization);
    deployment.grant(user, Role.ROLE_OWNER, project);

    deployment.grant(user, Role.ROLE_OWNER, organization);
    operator.call("RevokeRole", "node_id", project, "user_id", user);

    assertThat(owners(organization)).isEqualTo(1);
  }

  @Test
  void organizationWithItsLastOwner_canBeDeleted() {
    String organization = deployment.organization();
    String user = owner(organization);

    deployment.asMember(user, organization).call("DeleteOrganization", "id", organization);
    operator.call("RevokeRole", "node_id", organization, "user_id", user);

    assertThat(owners(organization)).isZero();
  }

  /** What one transaction of the race does. */
  @FunctionalInterface
  private interface Leave {
    boolean make(Connection connection, Membership membership);
  }

  private List<Boolean> bothAtOnce(Membership one, Membership other, Leave leave) throws Exception {
    Transactions transactions = deployment.transactions();
    List<Future<Boolean>> running =
        List.of(one, other).stream()
            .map(
                membership ->
                    threads.submit(() -> transactions.write(in -> leave.make(in, membership))))
            .toList();
    return List.of(
        running.getFirst().get(LIMIT_SECONDS, TimeUnit.SECONDS),
        running.getLast().get(LIMIT_SECONDS, TimeUnit.SECONDS));
  }

  private Membership membershipOf(String user, String organization) {
    return deployment
        .transactions()
        .read(
            in ->
                deployment
                    .bean(MembershipStore.class)
                    .find(in, UUID.fromString(organization), UUID.fromString(user))
                    .orElseThrow());
  }

  private boolean leaveIfAnotherStays(
      Connection connection, Membership membership, Runnable afterLooking) {
    MembershipStore store = deployment.bean(MembershipStore.class);
    boolean another =
        store.hasOwnerBeside(connection, membership.place().nodeId(), membership.userId());
    afterLooking.run();
    if (another) {
      store.update(connection, membership.revoked(Instant.now()));
    }
    return another;
  }

  @Test
  void withoutTheLock_theLastTwoOwnersRemoveEachOther() throws Exception {
    String organization = deployment.organization();
    Membership one = membershipOf(owner(organization), organization);
    Membership other = membershipOf(owner(organization), organization);
    CyclicBarrier bothHaveLooked = new CyclicBarrier(2);

    List<Boolean> left =
        bothAtOnce(
            one,
            other,
            (in, membership) -> leaveIfAnotherStays(in, membership, () -> await(bothHaveLooked)));

    assertThat(left).containsExactly(true, true);
    assertThat(owners(organization)).isZero();
  }

  @Test
  void withTheLock_oneOfThemStays() throws Exception {
    String organization = deployment.organization();
    Membership one = membershipOf(owner(organization), organization);
    Membership other = membershipOf(owner(organization), organization);
    AtomicBoolean first = new AtomicBoolean(true);

    List<Boolean> left =
        bothAtOnce(
            one,
            other,
            (in, membership) -> {
              deployment.bean(OrganizationMembers.class).lock(in, membership.place().nodeId());
              return leaveIfAnotherStays(
                  in,
                  membership,
                  () -> {
                    if (first.getAndSet(false)) {
                      Await.until("the other waits", () -> isSomebodyWaiting(in));
                    }
                  });
            });

    assertThat(left).containsExactlyInAnyOrder(true, false);
    assertThat(owners(organization)).isEqualTo(1);
  }

  private static boolean isSomebodyWaiting(Connection connection) {
    return Sql.first(connection, "SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1", row -> 1)
        .isPresent();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void twoOwnersRemovedAtOnce_byTwoNodes_leaveOne(Way way) throws Exception {
    Api second = deployment.startNode().asOperator();
    for (int round = 0; round < ROUNDS; round++) {
      String organization = deployment.organization();
      String one = owner(organization);
      String other = owner(organization);

      List<String> reasons =
          reasonsOf(
              start -> remove(start, way, operator, one, organization),
              start -> remove(start, Way.REVOKED, second, other, organization));

      assertThat(reasons).containsExactlyInAnyOrder("", "LAST_OWNER");
      assertThat(owners(organization)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void twoOwnersThatRemoveEachOther_leaveOne(Way way) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String organization = deployment.organization();
      String one = owner(organization);
      String other = owner(organization);

      List<String> reasons =
          reasonsOf(
              start ->
                  remove(start, way, deployment.asMember(one, organization), other, organization),
              start ->
                  remove(start, way, deployment.asMember(other, organization), one, organization));

      // The slower is refused as the last, or comes when its own role is gone already.
      assertThat(reasons).containsOnlyOnce("").hasSize(2);
      assertThat(reasons).isSubsetOf("", "LAST_OWNER", "CREDENTIAL_INVALID", "ROLE_INSUFFICIENT");
      assertThat(owners(organization)).isEqualTo(1);
    }
  }

  private static void remove(
      CyclicBarrier start, Way way, Api api, String user, String organization) {
    await(start);
    way.go(api, user, organization);
  }

  /** Why each was refused; empty for what was not. */
  private List<String> reasonsOf(Consumer<CyclicBarrier> one, Consumer<CyclicBarrier> other)
      throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    List<Callable<String>> calls = List.of(() -> reason(one, start), () -> reason(other, start));
    List<Future<String>> answers = threads.invokeAll(calls, LIMIT_SECONDS, TimeUnit.SECONDS);
    return List.of(answers.getFirst().get(), answers.getLast().get());
  }

  private static String reason(Consumer<CyclicBarrier> call, CyclicBarrier start) {
    try {
      call.accept(start);
      return "";
    } catch (StatusRuntimeException refused) {
      return Refusal.of(refused).reason();
    }
  }
}
