package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.SqlFailure;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The copy of the tenancy in the service's own database, which several nodes keep together. Who
 * enters something holds the row of the position first, so they take turns, and each enters only
 * what lies beyond it: every change is entered once, by the first to come.
 */
@Singleton
class TenancyStore {
  /** A node that stops in the middle of entering must not keep the others from it for longer. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private static final String LINEAGE =
      """
      SELECT above.payload FROM tenancy_node node JOIN tenancy_node above ON above.id = ANY (node.lineage)
      WHERE node.id = ? ORDER BY cardinality(above.lineage)
      """;

  private final Transactions transactions;
  private final MemberLosses losses;

  TenancyStore(Transactions transactions, MemberLosses losses) {
    this.transactions = transactions;
    this.losses = losses;
  }

  /**
   * What the copy has.
   *
   * @param position empty if there is no copy
   */
  record Copied(Optional<CopyPosition> position, List<TenancyResource> resources) {}

  /** How far the copy has come; empty before the first snapshot. */
  Optional<CopyPosition> position() {
    return transactions.read(connection -> position(connection, ""));
  }

  private static Optional<CopyPosition> position(Connection connection, String lock) {
    return Sql.first(
        connection,
        "SELECT generation, revision FROM tenancy_position" + lock,
        row -> new CopyPosition(row.getLong("generation"), row.getLong("revision")));
  }

  /** Holds the position until the transaction ends. */
  private static Optional<CopyPosition> hold(Connection connection, Duration wait) {
    try {
      return held(connection, wait);
    } catch (SqlFailure failure) {
      throw failure.isLockTimeout() ? new CopyBusy() : failure;
    }
  }

  private static Optional<CopyPosition> held(Connection connection, Duration wait) {
    Sql.first(
        connection,
        "SELECT set_config('lock_timeout', ?, true),"
            + " set_config('idle_in_transaction_session_timeout', ?, true)",
        row -> true,
        wait.toMillis() + "ms",
        LONGEST_PAUSE.toMillis() + "ms");
    return position(connection, " FOR UPDATE");
  }

  /** Holds the position, which is made if there is none. */
  private static CopyPosition begin(Connection connection, long generation, Duration wait) {
    Sql.update(
        connection,
        "INSERT INTO tenancy_position (generation, revision) VALUES (?, 0) ON CONFLICT DO NOTHING",
        generation);
    return hold(connection, wait).orElseThrow();
  }

  private static void move(Connection connection, CopyPosition to) {
    Sql.update(
        connection,
        "UPDATE tenancy_position SET generation = ?, revision = ?",
        to.generation(),
        to.revision());
  }

  /** What was entered after a position; everything, if the copy was made anew since. */
  Copied beyond(CopyPosition since) {
    return transactions.snapshot(
        connection -> {
          Optional<CopyPosition> position = position(connection, "");
          boolean same = position.filter(now -> now.generation() == since.generation()).isPresent();
          return new Copied(
              position, TenancyRows.beyond(connection, same ? since.revision() : Long.MIN_VALUE));
        });
  }

  /**
   * Enters changes and moves the position, in one transaction.
   *
   * @param since the changes are all that come after it
   * @param revision that of the last change
   * @param wait how long to wait for whoever is at it just now
   * @param afterwards gets what remains to be done once it is committed
   * @return false if the copy does not have all that comes before, and nothing was entered
   * @throws CopyBusy after the wait
   */
  boolean apply(
      CopyPosition since,
      List<TenancyResource> changes,
      long revision,
      Duration wait,
      List<Runnable> afterwards) {
    CopyPosition end = new CopyPosition(since.generation(), revision);
    return transactions.write(
        connection -> {
          afterwards.clear();
          if (position(connection, "").filter(now -> now.continues(end)).isPresent()) {
            return true;
          }
          Optional<CopyPosition> held = hold(connection, wait);
          if (held.filter(now -> now.continues(since)).isEmpty()) {
            return false;
          }
          CopyPosition present = held.orElseThrow();
          if (present.revision() < revision) {
            changes.stream()
                .filter(change -> change.getRevision() > present.revision())
                .forEach(
                    change ->
                        TenancyRows.upsert(connection, change)
                            .ifPresent(user -> lose(connection, user, afterwards)));
            move(connection, end);
          } else {
            // Others have entered it meanwhile: the lock alone need not reach disk and standby.
            int _ = Sql.update(connection, "SET LOCAL synchronous_commit = off");
          }
          return true;
        });
  }

  /**
   * Has the keys forgotten that members' losses have stopped: those losses that the copy has now.
   */
  void forgetStoppedKeys(Set<UUID> users) {
    if (!users.isEmpty()) {
      transactions.read(connection -> losses.onGain(connection, users)).run();
    }
  }

  private void lose(Connection connection, UUID userId, List<Runnable> afterwards) {
    afterwards.add(losses.onLoss(connection, MemberStore.read(connection, userId)));
  }

  /**
   * Enters a snapshot, as far as it lies beyond what is there. Losses act once all is entered: the
   * resources come in any order, and another role may be among those still to come.
   *
   * @return where the copy stands afterwards: there, or further
   */
  CopyPosition applySnapshot(
      List<TenancyResource> resources, long revision, Duration wait, List<Runnable> afterwards) {
    return transactions.write(
        connection -> {
          afterwards.clear();
          CopyPosition present = begin(connection, 0, wait);
          if (present.revision() >= revision) {
            return present;
          }
          enterAll(
              connection,
              resources.stream().filter(one -> one.getRevision() > present.revision()),
              afterwards);
          CopyPosition next = new CopyPosition(present.generation(), revision);
          move(connection, next);
          return next;
        });
  }

  /**
   * Makes the copy anew of a snapshot whose revisions have fallen back, unless somebody else has
   * done so since.
   *
   * @return where the copy stands afterwards
   */
  CopyPosition replace(
      CopyPosition since,
      List<TenancyResource> resources,
      long revision,
      Duration wait,
      List<Runnable> afterwards) {
    return transactions.write(
        connection -> {
          afterwards.clear();
          CopyPosition present = begin(connection, since.generation(), wait);
          if (present.generation() != since.generation()) {
            return present;
          }
          TenancyRows.clear(connection);
          enterAll(connection, resources.stream(), afterwards);
          CopyPosition next = new CopyPosition(present.generation() + 1, revision);
          move(connection, next);
          return next;
        });
  }

  private void enterAll(
      Connection connection, Stream<TenancyResource> resources, List<Runnable> afterwards) {
    Set<UUID> losers = new LinkedHashSet<>();
    resources.forEach(one -> TenancyRows.upsert(connection, one).ifPresent(losers::add));
    losers.forEach(user -> lose(connection, user, afterwards));
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
            resource ->
                transactions.change(
                    connection -> TenancyRows.upsertNodeOrPlan(connection, resource)));
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
