package dev.latchkey.keys.invalidation;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What of the changes a caller hears. One bound to a node hears of the keys below it, of the users
 * of its organization, and of its node, those above it and those below it.
 */
final class Sight {
  private static final String KEYS =
      "SELECT id FROM api_key WHERE id = ANY (?)"
          + " AND ? IN (organization_id, project_id, environment_id, workspace_id)";
  private static final String USERS =
      "SELECT id FROM tenancy_user WHERE id = ANY (?) AND organization_id = ?";

  private final Transactions transactions;
  private final List<UUID> lineage;

  /**
   * @param lineage the ids from the organization down to the caller's node; empty for the platform
   */
  Sight(Transactions transactions, List<UUID> lineage) {
    this.transactions = transactions;
    this.lineage = List.copyOf(lineage);
  }

  /** The changes that the caller hears of. May read the database. */
  Changes of(Changes changes) {
    if (lineage.isEmpty() || changes.everything() || changes.size() == 0) {
      return changes;
    }
    return new Changes(
        those(KEYS, changes.keys(), lineage.getLast()),
        nodes(changes.nodes()),
        those(USERS, changes.users(), lineage.getFirst()),
        changes.foreignKeys(),
        false);
  }

  private Map<UUID, List<UUID>> nodes(Map<UUID, List<UUID>> changed) {
    Map<UUID, List<UUID>> seen = new HashMap<>();
    changed.forEach(
        (id, path) -> {
          if (lineage.contains(id) || path.contains(lineage.getLast())) {
            seen.put(id, path);
          }
        });
    return seen;
  }

  private Set<UUID> those(String query, Set<UUID> ids, UUID node) {
    if (ids.isEmpty()) {
      return ids;
    }
    return transactions.read(
        connection ->
            new HashSet<>(
                Sql.list(
                    connection,
                    query,
                    row -> row.getObject("id", UUID.class),
                    ids.toArray(UUID[]::new),
                    node)));
  }
}
