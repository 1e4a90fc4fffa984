package dev.latchkey.tenancy.feed;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.stream.Outlet;
import dev.latchkey.proto.tenancy.v1.SnapshotResponse;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.member.Membership;
import dev.latchkey.tenancy.member.MembershipStore;
import dev.latchkey.tenancy.member.User;
import dev.latchkey.tenancy.member.UserStore;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.node.Node;
import dev.latchkey.tenancy.node.NodeStore;
import dev.latchkey.tenancy.plan.Plan;
import dev.latchkey.tenancy.plan.PlanStore;
import dev.latchkey.tenancy.wire.MembershipMessages;
import dev.latchkey.tenancy.wire.NodeMessages;
import dev.latchkey.tenancy.wire.PlanMessages;
import dev.latchkey.tenancy.wire.UserMessages;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends everything as of one revision: plans, then nodes from the top, then users and memberships,
 * so that what a resource refers to always comes before it. Read in pages within one transaction.
 */
@Singleton
final class Snapshots {
  private static final int PAGE = 500;

  private final Transactions transactions;
  private final ChangeLog log;
  private final PlanStore plans;
  private final NodeStore nodes;
  private final UserStore users;
  private final MembershipStore memberships;

  Snapshots(
      Transactions transactions,
      ChangeLog log,
      PlanStore plans,
      NodeStore nodes,
      UserStore users,
      MembershipStore memberships) {
    this.transactions = transactions;
    this.log = log;
    this.plans = plans;
    this.nodes = nodes;
    this.users = users;
    this.memberships = memberships;
  }

  /** Reads one page after an id. */
  @FunctionalInterface
  private interface Pager<T> {
    List<T> read(@Nullable UUID after);
  }

  void send(Outlet<SnapshotResponse> outlet) {
    long revision = transactions.snapshot(connection -> sendResources(connection, outlet));
    outlet.send(
        SnapshotResponse.newBuilder()
            .setComplete(SnapshotResponse.Complete.newBuilder().setRevision(revision))
            .build());
  }

  private long sendResources(Connection connection, Outlet<SnapshotResponse> outlet) {
    // The first statement settles what the whole transaction sees.
    long revision = log.newest(connection);
    Consumer<TenancyResource> resources =
        resource -> outlet.send(SnapshotResponse.newBuilder().setResource(resource).build());
    each(
        after -> plans.page(connection, after, PAGE, true),
        Plan::id,
        plan -> resources.accept(PlanMessages.resource(plan)));
    for (Level level : Level.values()) {
      each(
          after -> nodes.page(connection, level, after, PAGE),
          Node::id,
          node -> resources.accept(NodeMessages.resource(node)));
    }
    each(
        after -> users.page(connection, after, PAGE),
        User::id,
        user -> resources.accept(UserMessages.resource(user)));
    each(
        after -> memberships.page(connection, after, PAGE),
        Membership::id,
        membership -> resources.accept(MembershipMessages.resource(membership)));
    return revision;
  }

  private static <T> void each(Pager<T> pager, Function<T, UUID> id, Consumer<T> use) {
    List<T> page = pager.read(null);
    while (!page.isEmpty()) {
      page.forEach(use);
      page = pager.read(id.apply(page.getLast()));
    }
  }
}
