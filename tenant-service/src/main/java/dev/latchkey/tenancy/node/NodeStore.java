package dev.latchkey.tenancy.node;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.tenancy.policy.KeyPolicyMessages;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of nodes. Reads give what is committed; nothing is kept in memory. */
@Singleton
public final class NodeStore {
  /** The index that keeps slugs of siblings apart. */
  static final String SLUG_INDEX = "node_slug";

  /** A node and all above it. */
  private static final String LINEAGE =
      """
      SELECT c.* FROM node n
      JOIN node c ON c.id = ANY (ARRAY[n.organization_id, n.project_id, n.environment_id, n.id])
      WHERE n.id = ?
      """;

  /** From the top: the fewer levels above, the more of these are null. */
  private static final String TOP_DOWN =
      " ORDER BY num_nulls(c.organization_id, c.project_id, c.environment_id) DESC";

  /** A node with all above it. */
  public Optional<Lineage> lineage(Connection connection, UUID id) {
    return lineage(Sql.list(connection, LINEAGE + TOP_DOWN, NodeRows::read, id));
  }

  /** The same, with none of them changed by others until the transaction ends. */
  public Optional<Lineage> hold(Connection connection, UUID id) {
    return lineage(
        Sql.list(connection, LINEAGE + TOP_DOWN + " FOR SHARE OF c", NodeRows::read, id));
  }

  /** The same, and the node itself locked for a change. Locks go top-down, so none cross. */
  public Optional<Lineage> lock(Connection connection, UUID id) {
    List<Node> nodes =
        new ArrayList<>(
            Sql.list(
                connection,
                LINEAGE + " AND c.id <> n.id" + TOP_DOWN + " FOR SHARE OF c",
                NodeRows::read,
                id));
    nodes.addAll(
        Sql.list(
            connection, "SELECT * FROM node WHERE id = ? FOR NO KEY UPDATE", NodeRows::read, id));
    return lineage(nodes);
  }

  private static Optional<Lineage> lineage(List<Node> nodes) {
    return nodes.isEmpty() ? Optional.empty() : Optional.of(new Lineage(nodes));
  }

  /**
   * Children of a node, or organizations, in the order of their ids.
   *
   * @param only if set, none but these
   */
  List<Node> children(
      Connection connection, Query query, @Nullable Collection<UUID> only, Instant now) {
    return Sql.list(
        connection,
        """
        SELECT * FROM node
        WHERE level = ? AND parent_id IS NOT DISTINCT FROM ?
          AND (?::uuid[] IS NULL OR id = ANY (?::uuid[])) AND (?::uuid IS NULL OR id > ?)
          AND (? OR (state <> 'DELETED' AND (expire_time IS NULL OR expire_time > ?)))
        ORDER BY id LIMIT ?
        """,
        NodeRows::read,
        query.level(),
        query.parentId(),
        only,
        only,
        query.after(),
        query.after(),
        query.showDeleted(),
        now,
        query.size() + 1);
  }

  /** Nodes of one level, deleted ones included, in the order of their ids, after one. */
  public List<Node> page(Connection connection, Level level, @Nullable UUID after, int limit) {
    return Sql.list(
        connection,
        "SELECT * FROM node WHERE level = ? AND (?::uuid IS NULL OR id > ?) ORDER BY id LIMIT ?",
        NodeRows::read,
        level,
        after,
        after,
        limit);
  }

  /**
   * Some environments whose time has passed and that are not marked deleted, locked for a change.
   * Those that another transaction has locked are left out: nobody waits.
   */
  List<Node> lockExpired(Connection connection, Instant now, int limit) {
    return Sql.list(
        connection,
        """
        SELECT * FROM node WHERE expire_time <= ? AND state <> 'DELETED'
        ORDER BY expire_time LIMIT ? FOR NO KEY UPDATE SKIP LOCKED
        """,
        NodeRows::read,
        now,
        limit);
  }

  /** Lets go of a slug that an expired sibling still holds. */
  void releaseExpiredSlug(
      Connection connection, @Nullable UUID parentId, String slug, Instant now) {
    Sql.update(
        connection,
        "UPDATE node SET slug_held = false"
            + " WHERE parent_id = ? AND slug = ? AND slug_held AND expire_time <= ?",
        parentId,
        slug,
        now);
  }

  void insert(Connection connection, Node node) {
    KeyFormat format = node.settings().keyFormat();
    Sql.update(
        connection,
        """
        INSERT INTO node (id, level, parent_id, organization_id, project_id, environment_id, slug,
          display_name, state, key_prefix, key_show_mode, key_show_environment, plan_id,
          expire_time, allowed_networks, rate_limits, key_policy, create_time, update_time,
          version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        node.id(),
        node.level(),
        node.parentId(),
        node.idAbove(Level.ORGANIZATION),
        node.idAbove(Level.PROJECT),
        node.idAbove(Level.ENVIRONMENT),
        node.slug(),
        node.settings().displayName(),
        node.state(),
        format == null ? null : format.prefix(),
        format == null ? null : format.showMode(),
        format == null ? null : format.showEnvironment(),
        node.settings().planId(),
        node.settings().expireTime(),
        node.settings().allowedNetworks().texts(),
        RateLimits.toColumn(node.settings().rateLimits()),
        KeyPolicyMessages.toColumn(node.settings().keyPolicy()),
        node.createTime(),
        node.updateTime(),
        node.version());
  }

  void update(Connection connection, Node node) {
    KeyFormat format = node.settings().keyFormat();
    Sql.update(
        connection,
        """
        UPDATE node SET display_name = ?, state = ?, slug_held = slug_held AND ?, key_prefix = ?,
          key_show_mode = ?, key_show_environment = ?, plan_id = ?, expire_time = ?,
          allowed_networks = ?, rate_limits = ?, key_policy = ?, update_time = ?, delete_time = ?,
          version = ?
        WHERE id = ?
        """,
        node.settings().displayName(),
        node.state(),
        node.state() != NodeState.DELETED,
        format == null ? null : format.prefix(),
        format == null ? null : format.showMode(),
        format == null ? null : format.showEnvironment(),
        node.settings().planId(),
        node.settings().expireTime(),
        node.settings().allowedNetworks().texts(),
        RateLimits.toColumn(node.settings().rateLimits()),
        KeyPolicyMessages.toColumn(node.settings().keyPolicy()),
        node.updateTime(),
        node.deleteTime(),
        node.version(),
        node.id());
  }
}
