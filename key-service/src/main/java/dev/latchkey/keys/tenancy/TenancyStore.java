package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of the tenancy in the service's own database. Rows never go back to an older revision.
 */
@Singleton
class TenancyStore {
  private static final String UPSERT_NODE =
      """
      INSERT INTO tenancy_node AS present (id, lineage, payload, revision) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, revision = excluded.revision
      WHERE present.revision < excluded.revision
      """;
  private static final String UPSERT_PLAN =
      """
      INSERT INTO tenancy_plan AS present (id, payload, revision) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, revision = excluded.revision
      WHERE present.revision < excluded.revision
      """;
  private static final String LINEAGE =
      """
      SELECT above.payload FROM tenancy_node node JOIN tenancy_node above ON above.id = ANY (node.lineage)
      WHERE node.id = ? ORDER BY cardinality(above.lineage)
      """;

  private static final Logger LOG = LoggerFactory.getLogger(TenancyStore.class);

  private final Transactions transactions;
  private final MemberLosses losses;

  TenancyStore(Transactions transactions, MemberLosses losses) {
    this.transactions = transactions;
    this.losses = losses;
  }

  /** The last revision that was applied; empty before the first snapshot or change. */
  OptionalLong revision() {
    return transactions
        .read(
            connection ->
                Sql.first(
                    connection,
                    "SELECT revision FROM tenancy_position",
                    row -> row.getLong("revision")))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /**
   * Applies resources and moves the position, in one transaction.
   *
   * @param afterwards gets what remains to be done once it is committed
   */
  void apply(List<TenancyResource> resources, long revision, List<Runnable> afterwards) {
    transactions.change(
        connection -> {
          for (TenancyResource resource : resources) {
            upsert(connection, resource)
                .map(userId -> MemberStore.read(connection, userId))
                .ifPresent(member -> afterwards.add(losses.onLoss(connection, member)));
          }
          Sql.update(
              connection,
              """
              INSERT INTO tenancy_position AS present (singleton, revision) VALUES (true, ?)
              ON CONFLICT (singleton) DO UPDATE SET revision = excluded.revision
              """,
              revision);
        });
  }

  /**
   * Adds resources that were asked for by id, ahead of the feed; the position stays. Each in a
   * transaction of its own: the feed may be entering the same ones in another order. The plan goes
   * first and a node after those above it, so that none is there without what it needs.
   */
  void add(List<TenancyResource> resources) {
    Stream.concat(
            resources.stream().filter(TenancyResource::hasPlan),
            resources.stream().filter(resource -> !resource.hasPlan()))
        .forEach(
            resource -> transactions.change(connection -> upsertNodeOrPlan(connection, resource)));
  }

  /** Enters a resource, and names the user who lost something by it. */
  private static Optional<UUID> upsert(Connection connection, TenancyResource resource) {
    return switch (resource.getResourceCase()) {
      case USER -> {
        UserView user = TenancyViews.user(resource);
        boolean news = MemberStore.upsert(connection, user);
        yield news && !user.live() ? Optional.of(user.id()) : Optional.empty();
      }
      case MEMBERSHIP -> {
        MembershipView membership = TenancyViews.membership(resource);
        boolean news = MemberStore.upsert(connection, membership);
        yield news && membership.role().isEmpty()
            ? Optional.of(membership.userId())
            : Optional.empty();
      }
      case ORGANIZATION, PROJECT, ENVIRONMENT, WORKSPACE, PLAN -> {
        upsertNodeOrPlan(connection, resource);
        yield Optional.empty();
      }
      case RESOURCE_NOT_SET -> {
        // Of a newer tenant-service. The version that knows the kind has to take a new snapshot.
        LOG.warn(
            "revision {} is of a kind that this version does not know", resource.getRevision());
        yield Optional.empty();
      }
    };
  }

  private static void upsertNodeOrPlan(Connection connection, TenancyResource resource) {
    if (resource.hasPlan()) {
      PlanView plan = TenancyViews.plan(resource);
      Sql.update(connection, UPSERT_PLAN, plan.id(), resource.toByteArray(), plan.revision());
      return;
    }
    NodeView node = TenancyViews.node(resource);
    Sql.update(
        connection,
        UPSERT_NODE,
        node.id(),
        node.lineage().toArray(UUID[]::new),
        resource.toByteArray(),
        node.revision());
  }

  /** A node and all above it, the organization first; empty if the copy does not have it. */
  List<NodeView> lineage(UUID nodeId) {
    return transactions.read(
        connection ->
            Sql.list(
                connection,
                LINEAGE,
                row -> TenancyViews.node(TenancyViews.parse(row.getBytes("payload"))),
                nodeId));
  }

  Optional<PlanView> plan(UUID planId) {
    return transactions.read(
        connection ->
            Sql.first(
                connection,
                "SELECT payload FROM tenancy_plan WHERE id = ?",
                row -> TenancyViews.plan(TenancyViews.parse(row.getBytes("payload"))),
                planId));
  }

  List<PlanView> plans() {
    return transactions.read(
        connection ->
            Sql.list(
                connection,
                "SELECT payload FROM tenancy_plan",
                row -> TenancyViews.plan(TenancyViews.parse(row.getBytes("payload")))));
  }
}
