package dev.latchkey.tenancy.node;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.database.SqlFailure;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.tenancy.change.Outcome;
import dev.latchkey.tenancy.change.Refusals;
import dev.latchkey.tenancy.plan.Ceiling;
import dev.latchkey.tenancy.plan.Ceilings;
import dev.latchkey.tenancy.plan.Plan;
import dev.latchkey.tenancy.plan.Plans;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with the tree, the same at every level. Every method works in the transaction of
 * its connection and for one caller: what lies neither at nor below the caller's node is {@code
 * NOT_FOUND}, and what the caller's owner has too low a role for is {@code ROLE_INSUFFICIENT}.
 * Creating is judged at the parent. Refusals are {@link ApiException}s.
 */
@Singleton
public final class Nodes {
  private final NodeStore store;
  private final Plans plans;
  private final Ceilings ceilings;
  private final Uuid7 ids;
  private final InstantSource clock;

  Nodes(NodeStore store, Plans plans, Ceilings ceilings, Uuid7 ids, InstantSource clock) {
    this.store = store;
    this.plans = plans;
    this.ceilings = ceilings;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Creates a node. Throws {@code NOT_FOUND} for the parent or the plan, {@code NODE_NOT_LIVE},
   * {@code SLUG_TAKEN}, {@code PLAN_CEILING_REACHED}.
   */
  public Outcome<Lineage> create(Connection connection, Caller caller, NewNode wanted) {
    Instant now = now();
    requireFuture(wanted.settings().expireTime(), now);
    wanted.settings().keyPolicy().requireConsistent(true);
    Lineage parent = holdParent(connection, caller, wanted, now);
    requireRoom(connection, wanted.level(), parent);
    Node node =
        Node.created(
            ids.next(),
            wanted.level(),
            parent == null ? List.of() : parent.ids(),
            wanted.slug(),
            normalized(withPlan(connection, wanted)),
            now);
    store.releaseExpiredSlug(connection, node.parentId(), node.slug(), now);
    try {
      store.insert(connection, node);
    } catch (SqlFailure failure) {
      throw failure.violatesUnique(NodeStore.SLUG_INDEX)
          ? Refusals.slugTaken(node.level().typeName(), node.slug())
          : failure;
    }
    return Outcome.created(Lineage.of(parent, node));
  }

  private @Nullable Lineage holdParent(
      Connection connection, Caller caller, NewNode wanted, Instant now) {
    UUID id = wanted.parentId();
    if (id == null) {
      return null;
    }
    Level level = wanted.level().parent().orElseThrow();
    Lineage parent = visible(store.hold(connection, id), caller, level, id);
    parent.requireLive(now);
    return parent;
  }

  private void requireRoom(Connection connection, Level level, @Nullable Lineage parent) {
    Ceiling ceiling =
        switch (level) {
          case ENVIRONMENT -> Ceiling.ENVIRONMENTS;
          case WORKSPACE -> Ceiling.WORKSPACES;
          case ORGANIZATION, PROJECT -> null;
        };
    if (ceiling != null && parent != null) {
      ceilings.requireRoom(connection, parent.ids().getFirst(), ceiling);
    }
  }

  private static Settings normalized(Settings settings) {
    return settings.withKeyPolicy(settings.keyPolicy().normalized());
  }

  private Settings withPlan(Connection connection, NewNode wanted) {
    if (wanted.level() != Level.ORGANIZATION) {
      return wanted.settings();
    }
    UUID named = wanted.settings().planId();
    UUID plan = named != null ? named : plans.findDefault(connection).map(Plan::id).orElseThrow();
    plans.hold(connection, plan);
    return wanted.settings().withPlan(plan);
  }

  /** A node, live or not. */
  public Lineage get(Connection connection, Caller caller, Level level, UUID id) {
    return visible(store.lineage(connection, id), caller, level, id);
  }

  /**
   * A page of the children of a node, or of the organizations that the caller may see. Without
   * {@link Query#showDeleted} only those that are live, down from the organization.
   */
  public Page<Lineage> list(Connection connection, Caller caller, Query query) {
    Instant now = now();
    UUID parentId = query.parentId();
    if (parentId == null) {
      return page(connection, query, reachable(caller), now, null);
    }
    Level level = query.level().parent().orElseThrow();
    Lineage parent = visible(store.lineage(connection, parentId), caller, level, parentId);
    return query.showDeleted() || parent.firstNotLive(now).isEmpty()
        ? page(connection, query, null, now, parent)
        : new Page<>(List.of(), Optional.empty());
  }

  private Page<Lineage> page(
      Connection connection,
      Query query,
      @Nullable Collection<UUID> only,
      Instant now,
      @Nullable Lineage parent) {
    List<Lineage> fetched =
        store.children(connection, query, only, now).stream()
            .map(node -> Lineage.of(parent, node))
            .toList();
    return Page.of(fetched, query.size(), lineage -> lineage.node().id());
  }

  /** The ids among which the organizations are that exist for the caller; null for all. */
  private static @Nullable Collection<UUID> reachable(Caller caller) {
    Collection<UUID> granted = caller.owner().map(owner -> owner.roles().keySet()).orElse(null);
    UUID bound = caller.node().orElse(null);
    if (bound == null) {
      return granted;
    }
    return granted == null || granted.contains(bound) ? List.of(bound) : List.of();
  }

  /**
   * Changes settings. Throws {@code NODE_NOT_LIVE}; for a plan {@code PLATFORM_KEY_REQUIRED} and
   * {@code NOT_FOUND}.
   */
  public Outcome<Lineage> update(
      Connection connection, Caller caller, Target target, SettingsChange change) {
    Instant now = now();
    Lineage lineage = lock(connection, caller, target);
    lineage.requireLive(now);
    Settings wanted = change.applyTo(lineage.node().settings());
    if (change.changes(SettingsChange.Field.KEY_ROLES)
        || change.changes(SettingsChange.Field.SCOPE_CATALOGUE)) {
      wanted.keyPolicy().requireConsistent(change.changes(SettingsChange.Field.KEY_ROLES));
    }
    Settings changed = normalized(wanted);
    if (change.changes(SettingsChange.Field.PLAN_ID)) {
      requirePlatform(caller);
      plans.hold(connection, Objects.requireNonNull(changed.planId()));
    }
    if (change.changes(SettingsChange.Field.EXPIRE_TIME)) {
      requireFuture(changed.expireTime(), now);
    }
    return changed.equals(lineage.node().settings())
        ? Outcome.unchanged(lineage)
        : store(connection, lineage, lineage.node().with(changed, now));
  }

  /** Suspends a node. Throws {@code NODE_NOT_LIVE}. */
  public Outcome<Lineage> suspend(Connection connection, Caller caller, Target target) {
    return move(connection, caller, target, NodeState.SUSPENDED);
  }

  /** Lifts the suspension of a node. Throws {@code NODE_NOT_LIVE}. */
  public Outcome<Lineage> resume(Connection connection, Caller caller, Target target) {
    return move(connection, caller, target, NodeState.ACTIVE);
  }

  /** Deletes a node and with it all below; one that counts as deleted already stays as it is. */
  public Outcome<Lineage> delete(Connection connection, Caller caller, Target target) {
    Instant now = now();
    Lineage lineage = lock(connection, caller, target);
    return lineage.firstNotLive(now).isPresent()
        ? Outcome.unchanged(lineage)
        : store(connection, lineage, lineage.node().with(NodeState.DELETED, now));
  }

  private Outcome<Lineage> move(
      Connection connection, Caller caller, Target target, NodeState state) {
    Instant now = now();
    Lineage lineage = lock(connection, caller, target);
    lineage.requireLive(now);
    return lineage.node().state() == state
        ? Outcome.unchanged(lineage)
        : store(connection, lineage, lineage.node().with(state, now));
  }

  private Lineage lock(Connection connection, Caller caller, Target target) {
    Lineage lineage =
        visible(store.lock(connection, target.id()), caller, target.level(), target.id());
    Refusals.requireVersion(
        target.level().typeName(), target.id(), lineage.node().version(), target.expectedVersion());
    return lineage;
  }

  private Outcome<Lineage> store(Connection connection, Lineage lineage, Node changed) {
    store.update(connection, changed);
    return Outcome.changed(lineage, lineage.with(changed));
  }

  private static Lineage visible(Optional<Lineage> found, Caller caller, Level level, UUID id) {
    Lineage lineage =
        found
            .filter(any -> any.node().level() == level)
            .orElseThrow(() -> ApiException.notFound(level.typeName(), id));
    caller.requireReach(lineage.ids(), level.typeName(), id);
    return lineage;
  }

  private static void requireFuture(@Nullable Instant time, Instant now) {
    if (time != null && !time.isAfter(now)) {
      throw ApiException.invalid("expire_time", time + " (expected: a time in the future)");
    }
  }

  private static void requirePlatform(Caller caller) {
    if (!caller.isPlatform()) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_PLATFORM_KEY_REQUIRED,
          "Only a key of the platform may change an organization's plan.",
          Map.of());
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
