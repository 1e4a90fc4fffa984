package dev.latchkey.tenancy.plan;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.QuotaViolation;
import dev.latchkey.proto.errors.v1.ErrorReason;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Keeps organizations to the ceilings of their plans, exactly: of any number of transactions that
 * make something at once, as many succeed as there is room for.
 */
@Singleton
public final class Ceilings {
  private static final String LIVE_ENVIRONMENTS =
      """
      SELECT count(*) FROM node e JOIN node p ON p.id = e.project_id
      WHERE e.organization_id = ? AND e.level = 'ENVIRONMENT' AND e.state <> 'DELETED'
        AND (e.expire_time IS NULL OR e.expire_time > ?) AND p.state <> 'DELETED'
      """;

  private static final String LIVE_WORKSPACES =
      """
      SELECT count(*) FROM node w
        JOIN node e ON e.id = w.environment_id JOIN node p ON p.id = w.project_id
      WHERE w.organization_id = ? AND w.level = 'WORKSPACE' AND w.state <> 'DELETED'
        AND e.state <> 'DELETED' AND (e.expire_time IS NULL OR e.expire_time > ?)
        AND p.state <> 'DELETED'
      """;

  private static final String LIVE_MEMBERS =
      "SELECT count(*) FROM tenancy_user WHERE organization_id = ? AND delete_time IS NULL";

  private final PlanStore plans;
  private final InstantSource clock;

  Ceilings(PlanStore plans, InstantSource clock) {
    this.plans = plans;
    this.clock = clock;
  }

  /**
   * Makes sure that an organization may have one more of something, and that nobody else makes one
   * of any kind that has a ceiling before the transaction ends. To be called before the new one is
   * written, with the nodes above it held: the order of all locks is nodes from the top, plan,
   * ceiling. Throws {@code PLAN_CEILING_REACHED}.
   *
   * @param ceiling any but {@link Ceiling#KEYS}, which this service cannot count
   */
  public void requireRoom(Connection connection, UUID organization, Ceiling ceiling) {
    // Held, so that the plan's ceilings are not lowered while something made under them is not yet
    // to be seen by whoever counts under the lowered ones.
    Plan plan = plans.holdOf(connection, organization).orElseThrow();
    Long limit = plan.settings().ceilings().get(ceiling);
    if (limit == null) {
      return;
    }
    lock(connection, organization);
    if (count(connection, organization, ceiling) >= limit) {
      throw reached(organization, ceiling, limit);
    }
  }

  private static void lock(Connection connection, UUID organization) {
    Sql.update(
        connection,
        "INSERT INTO ceiling_lock (organization_id) VALUES (?) ON CONFLICT DO NOTHING",
        organization);
    List<Integer> _ =
        Sql.list(
            connection,
            "SELECT 1 FROM ceiling_lock WHERE organization_id = ? FOR UPDATE",
            row -> 1,
            organization);
  }

  /** A statement of its own after the lock: it sees all that was committed by then. */
  private long count(Connection connection, UUID organization, Ceiling ceiling) {
    return switch (ceiling) {
      case ENVIRONMENTS -> count(connection, LIVE_ENVIRONMENTS, organization, clock.instant());
      case WORKSPACES -> count(connection, LIVE_WORKSPACES, organization, clock.instant());
      case MEMBERS -> count(connection, LIVE_MEMBERS, organization);
      case KEYS -> throw new IllegalArgumentException("keys are counted by the key service");
    };
  }

  private static long count(Connection connection, String sql, Object... parameters) {
    return Sql.first(connection, sql, row -> row.getLong(1), parameters).orElseThrow();
  }

  private static ApiException reached(UUID organization, Ceiling ceiling, long limit) {
    return ApiException.exhausted(
        ErrorReason.ERROR_REASON_PLAN_CEILING_REACHED,
        Map.of("ceiling", ceiling.field(), "limit", Long.toString(limit)),
        new QuotaViolation(
            "organization:" + organization,
            "The organization has as many %s as its plan allows: %d."
                .formatted(ceiling.field(), limit)),
        null);
  }
}
