package dev.latchkey.tenancy.node;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.tenancy.policy.KeyPolicyMessages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads rows of the table of nodes. */
final class NodeRows {
  private NodeRows() {}

  static Node read(ResultSet row) throws SQLException {
    return new Node(
        Objects.requireNonNull(Sql.uuid(row, "id")),
        Level.valueOf(row.getString("level")),
        above(row),
        row.getString("slug"),
        new Settings(
            row.getString("display_name"),
            keyFormat(row),
            Sql.uuid(row, "plan_id"),
            Sql.instant(row, "expire_time"),
            AllowedNetworks.of(Sql.texts(row, "allowed_networks")),
            RateLimits.ofColumn(row.getBytes("rate_limits")),
            KeyPolicyMessages.ofColumn(row.getBytes("key_policy"))),
        NodeState.valueOf(row.getString("state")),
        Objects.requireNonNull(Sql.instant(row, "create_time")),
        Objects.requireNonNull(Sql.instant(row, "update_time")),
        Sql.instant(row, "delete_time"),
        row.getLong("version"),
        row.getLong("revision"));
  }

  private static List<UUID> above(ResultSet row) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    for (Level level : List.of(Level.ORGANIZATION, Level.PROJECT, Level.ENVIRONMENT)) {
      UUID id = Sql.uuid(row, level.idField());
      if (id != null) {
        ids.add(id);
      }
    }
    return ids;
  }

  private static @Nullable KeyFormat keyFormat(ResultSet row) throws SQLException {
    String prefix = row.getString("key_prefix");
    return prefix == null
        ? null
        : new KeyFormat(
            prefix, row.getBoolean("key_show_mode"), row.getBoolean("key_show_environment"));
  }
}
