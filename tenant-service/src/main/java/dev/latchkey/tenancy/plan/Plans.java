package dev.latchkey.tenancy.plan;

import dev.latchkey.kit.database.SqlFailure;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.tenancy.change.Outcome;
import dev.latchkey.tenancy.change.Refusals;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with plans. Every method works in the transaction of its connection; refusals
 * are {@link ApiException}s.
 */
@Singleton
public final class Plans {
  /** What refusals call it. */
  public static final String TYPE = "plan";

  private final PlanStore store;
  private final Uuid7 ids;
  private final InstantSource clock;

  Plans(PlanStore store, Uuid7 ids, InstantSource clock) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  /** Creates a plan. Throws {@code SLUG_TAKEN}. */
  public Outcome<Plan> create(Connection connection, String slug, Plan.Settings settings) {
    Instant now = now();
    Plan plan = new Plan(ids.next(), slug, settings, now, now, null, 1, 0);
    try {
      store.insert(connection, plan);
    } catch (SqlFailure failure) {
      throw failure.violatesUnique(PlanStore.SLUG_INDEX) ? Refusals.slugTaken(TYPE, slug) : failure;
    }
    return Outcome.created(plan);
  }

  /** A plan, live or deleted. Throws {@code NOT_FOUND}. */
  public Plan get(Connection connection, UUID id) {
    return store.find(connection, id).orElseThrow(() -> ApiException.notFound(TYPE, id));
  }

  /** The plan for organizations that name none. */
  public Optional<Plan> findDefault(Connection connection) {
    return store.findDefault(connection);
  }

  /**
   * Makes sure that a plan is live, and stays so until the transaction ends. Throws {@code
   * NOT_FOUND}.
   */
  public void hold(Connection connection, UUID id) {
    if (store.hold(connection, id).isEmpty()) {
      throw ApiException.notFound(TYPE, id);
    }
  }

  /** A page of plans, oldest first. */
  public Page<Plan> list(
      Connection connection, @Nullable UUID after, int size, boolean showDeleted) {
    return Page.of(store.page(connection, after, size + 1, showDeleted), size, Plan::id);
  }

  /** Changes a plan's settings. Throws {@code NODE_NOT_LIVE} for a deleted one. */
  public Outcome<Plan> update(
      Connection connection,
      UUID id,
      @Nullable Long expectedVersion,
      UnaryOperator<Plan.Settings> change) {
    Plan plan = lock(connection, id, expectedVersion);
    if (!plan.isLive()) {
      throw Refusals.notLive(TYPE, id);
    }
    Plan.Settings changed = change.apply(plan.settings());
    return changed.equals(plan.settings())
        ? Outcome.unchanged(plan)
        : store(connection, plan, plan.with(changed, now()));
  }

  /** Deletes a plan. Throws {@code PLAN_IN_USE}, for the default plan always. */
  public Outcome<Plan> delete(Connection connection, UUID id, @Nullable Long expectedVersion) {
    Plan plan = lock(connection, id, expectedVersion);
    if (!plan.isLive()) {
      return Outcome.unchanged(plan);
    }
    if (plan.isDefault() || store.isInUse(connection, id)) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_PLAN_IN_USE,
          plan.isDefault()
              ? "The plan default always exists."
              : "An organization still has the plan; give it another first.",
          Map.of("plan_id", id.toString()));
    }
    return store(connection, plan, plan.deleted(now()));
  }

  private Plan lock(Connection connection, UUID id, @Nullable Long expectedVersion) {
    Plan plan = store.lock(connection, id).orElseThrow(() -> ApiException.notFound(TYPE, id));
    Refusals.requireVersion(TYPE, id, plan.version(), expectedVersion);
    return plan;
  }

  private Outcome<Plan> store(Connection connection, Plan plan, Plan changed) {
    store.update(connection, changed);
    return Outcome.changed(plan, changed);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
