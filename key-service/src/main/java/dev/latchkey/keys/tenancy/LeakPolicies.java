package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.proto.tenancy.v1.LeakPolicy;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;

/**
 * What becomes of keys that are reported as leaked. Read from the copy when it is needed, which is
 * seldom, and not kept in memory.
 */
public final class LeakPolicies {
  private static final int PROJECT = Level.PROJECT.depth() - 1;

  private LeakPolicies() {}

  /**
   * Whether a leaked key is disabled, as its project may wish; otherwise it is revoked.
   *
   * @param lineage the ids from the organization down to the key's node; empty for the platform
   */
  public static boolean disables(Connection connection, List<UUID> lineage) {
    return lineage.size() > PROJECT
        && Sql.first(
                connection,
                "SELECT payload FROM tenancy_node WHERE id = ?",
                row -> TenancyViews.parse(row.getBytes("payload")),
                lineage.get(PROJECT))
            .filter(
                resource -> resource.getProject().getLeakPolicy() == LeakPolicy.LEAK_POLICY_DISABLE)
            .isPresent();
  }
}
