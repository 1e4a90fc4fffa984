package dev.latchkey.tenancy.plan;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.limits.RateLimits;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of plans. */
@Singleton
public final class PlanStore {
  /** The index that keeps slugs of live plans apart. */
  static final String SLUG_INDEX = "plan_slug";

  Optional<Plan> find(Connection connection, UUID id) {
    return Sql.first(connection, "SELECT * FROM plan WHERE id = ?", PlanStore::read, id);
  }

  /** The plan, which nobody changes until the transaction ends. */
  Optional<Plan> lock(Connection connection, UUID id) {
    return Sql.first(
        connection, "SELECT * FROM plan WHERE id = ? FOR NO KEY UPDATE", PlanStore::read, id);
  }

  /** The live plan, which nobody deletes until the transaction ends. */
  Optional<Plan> hold(Connection connection, UUID id) {
    return Sql.first(
        connection,
        "SELECT * FROM plan WHERE id = ? AND delete_time IS NULL FOR SHARE",
        PlanStore::read,
        id);
  }

  /** The plan of an organization, which nobody changes until the transaction ends. */
  Optional<Plan> holdOf(Connection connection, UUID organization) {
    return Sql.first(
        connection,
        "SELECT p.* FROM plan p JOIN node n ON n.plan_id = p.id WHERE n.id = ? FOR SHARE OF p",
        PlanStore::read,
        organization);
  }

  Optional<Plan> findDefault(Connection connection) {
    return Sql.first(
        connection,
        "SELECT * FROM plan WHERE slug = ? AND delete_time IS NULL",
        PlanStore::read,
        Plan.DEFAULT_SLUG);
  }

  /** Plans in the order of their ids, after one. */
  public List<Plan> page(
      Connection connection, @Nullable UUID after, int limit, boolean showDeleted) {
    return Sql.list(
        connection,
        "SELECT * FROM plan WHERE (?::uuid IS NULL OR id > ?) AND (? OR delete_time IS NULL)"
            + " ORDER BY id LIMIT ?",
        PlanStore::read,
        after,
        after,
        showDeleted,
        limit);
  }

  boolean isInUse(Connection connection, UUID id) {
    return Sql.first(
            connection,
            "SELECT 1 FROM node WHERE plan_id = ? AND state <> 'DELETED' LIMIT 1",
            row -> 1,
            id)
        .isPresent();
  }

  void insert(Connection connection, Plan plan) {
    Sql.update(
        connection,
        """
        INSERT INTO plan (id, slug, display_name, api_access, ceiling_keys, ceiling_environments,
          ceiling_workspaces, ceiling_members, rate_limits, create_time, update_time, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        plan.id(),
        plan.slug(),
        plan.settings().displayName(),
        plan.settings().apiAccess(),
        plan.settings().ceilings().get(Ceiling.KEYS),
        plan.settings().ceilings().get(Ceiling.ENVIRONMENTS),
        plan.settings().ceilings().get(Ceiling.WORKSPACES),
        plan.settings().ceilings().get(Ceiling.MEMBERS),
        RateLimits.toColumn(plan.settings().rateLimits()),
        plan.createTime(),
        plan.updateTime(),
        plan.version());
  }

  void update(Connection connection, Plan plan) {
    Sql.update(
        connection,
        """
        UPDATE plan SET display_name = ?, api_access = ?, ceiling_keys = ?,
          ceiling_environments = ?, ceiling_workspaces = ?, ceiling_members = ?, rate_limits = ?,
          update_time = ?, delete_time = ?, version = ?
        WHERE id = ?
        """,
        plan.settings().displayName(),
        plan.settings().apiAccess(),
        plan.settings().ceilings().get(Ceiling.KEYS),
        plan.settings().ceilings().get(Ceiling.ENVIRONMENTS),
        plan.settings().ceilings().get(Ceiling.WORKSPACES),
        plan.settings().ceilings().get(Ceiling.MEMBERS),
        RateLimits.toColumn(plan.settings().rateLimits()),
        plan.updateTime(),
        plan.deleteTime(),
        plan.version(),
        plan.id());
  }

  private static Plan read(ResultSet row) throws SQLException {
    return new Plan(
        Objects.requireNonNull(Sql.uuid(row, "id")),
        row.getString("slug"),
        new Plan.Settings(
            row.getString("display_name"),
            row.getBoolean("api_access"),
            ceilings(row),
            RateLimits.ofColumn(row.getBytes("rate_limits"))),
        Objects.requireNonNull(Sql.instant(row, "create_time")),
        Objects.requireNonNull(Sql.instant(row, "update_time")),
        Sql.instant(row, "delete_time"),
        row.getLong("version"),
        row.getLong("revision"));
  }

  private static Map<Ceiling, Long> ceilings(ResultSet row) throws SQLException {
    Map<Ceiling, Long> ceilings = new EnumMap<>(Ceiling.class);
    for (Ceiling ceiling : Ceiling.values()) {
      Long limit = row.getObject(ceiling.column(), Long.class);
      if (limit != null) {
        ceilings.put(ceiling, limit);
      }
    }
    return ceilings;
  }
}
