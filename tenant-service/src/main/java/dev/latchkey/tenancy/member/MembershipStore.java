package dev.latchkey.tenancy.member;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.tenancy.node.Level;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of memberships. */
@Singleton
public final class MembershipStore {
  private static final String SELECT =
      """
      SELECT m.*, n.level, coalesce(n.organization_id, n.id) AS organization_id
      FROM membership m JOIN node n ON n.id = m.node_id
      """;

  /** The node and all above it, from the top. */
  private static final String LINEAGE =
      "array_remove(ARRAY[n.organization_id, n.project_id, n.environment_id, n.id], NULL)";

  /**
   * Which memberships to list.
   *
   * @param nodeId only those granted at this node; null for any
   * @param userId only those of this user; null for any
   * @param caller only those at nodes that exist for them
   * @param after the last id of the page before; null for the first page
   * @param size how many at most
   */
  public record Query(
      @Nullable UUID nodeId,
      @Nullable UUID userId,
      Caller caller,
      @Nullable UUID after,
      int size) {}

  /** A role at a node with all above it. */
  record Standing(Role role, List<UUID> lineage) {}

  /** The only membership of a user at a node, live or not. */
  Optional<Membership> find(Connection connection, UUID nodeId, UUID userId) {
    return Sql.first(
        connection,
        SELECT + " WHERE m.node_id = ? AND m.user_id = ?",
        MembershipStore::read,
        nodeId,
        userId);
  }

  /** Live memberships in the order of their ids, one more than asked for. */
  List<Membership> list(Connection connection, Query query) {
    UUID bound = query.caller().node().orElse(null);
    List<UUID> granted =
        query.caller().owner().map(Owner::roles).map(Map::keySet).map(List::copyOf).orElse(null);
    return Sql.list(
        connection,
        SELECT
            + """
            WHERE m.delete_time IS NULL
              AND (?::uuid IS NULL OR m.node_id = ?) AND (?::uuid IS NULL OR m.user_id = ?)
              AND (?::uuid IS NULL OR ? = ANY (LINEAGE))
              AND (?::uuid[] IS NULL OR LINEAGE && ?::uuid[])
              AND (?::uuid IS NULL OR m.id > ?)
            ORDER BY m.id LIMIT ?
            """
                .replace("LINEAGE", LINEAGE),
        MembershipStore::read,
        query.nodeId(),
        query.nodeId(),
        query.userId(),
        query.userId(),
        bound,
        bound,
        granted,
        granted,
        query.after(),
        query.after(),
        query.size() + 1);
  }

  /** The live memberships of some users at some nodes, from the topmost node down. */
  List<Membership> reaching(Connection connection, List<UUID> nodes, List<UUID> users) {
    return Sql.list(
        connection,
        SELECT
            + " WHERE m.node_id = ANY (?::uuid[]) AND m.user_id = ANY (?::uuid[])"
            + " AND m.delete_time IS NULL ORDER BY cardinality("
            + LINEAGE
            + ")",
        MembershipStore::read,
        nodes,
        users);
  }

  /** Where a user has which role, with all above each node. */
  List<Standing> standings(Connection connection, UUID userId) {
    return Sql.list(
        connection,
        "SELECT m.role, "
            + LINEAGE
            + " AS lineage FROM membership m JOIN node n ON n.id = m.node_id"
            + " WHERE m.user_id = ? AND m.delete_time IS NULL",
        row ->
            new Standing(
                Role.valueOf(row.getString("role")),
                List.of((UUID[]) row.getArray("lineage").getArray())),
        userId);
  }

  /** The roles that a live user has, by the node they were granted at. */
  Map<UUID, Role> roles(Connection connection, UUID userId) {
    return Sql.list(
            connection,
            "SELECT m.node_id, m.role FROM membership m JOIN tenancy_user u ON u.id = m.user_id"
                + " WHERE u.id = ? AND u.delete_time IS NULL AND m.delete_time IS NULL",
            row ->
                Map.entry(
                    Objects.requireNonNull(Sql.uuid(row, "node_id")),
                    Role.valueOf(row.getString("role"))),
            userId)
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Whether an organization has an OWNER beside one user. */
  boolean hasOwnerBeside(Connection connection, UUID organizationId, UUID userId) {
    return Sql.first(
            connection,
            "SELECT 1 FROM membership WHERE node_id = ? AND role = ? AND delete_time IS NULL"
                + " AND user_id <> ? LIMIT 1",
            row -> 1,
            organizationId,
            Role.OWNER,
            userId)
        .isPresent();
  }

  /**
   * Memberships, revoked ones included, in the order of their ids, after one. Those that ended with
   * their user have the revision of the user's end.
   */
  public List<Membership> page(Connection connection, @Nullable UUID after, int limit) {
    return Sql.list(
        connection,
        """
        SELECT m.id, m.user_id, m.node_id, m.role, m.create_time, m.update_time, m.delete_time,
          m.version, n.level, coalesce(n.organization_id, n.id) AS organization_id,
          CASE WHEN m.delete_time = u.delete_time THEN u.revision ELSE m.revision END AS revision
        FROM membership m JOIN node n ON n.id = m.node_id JOIN tenancy_user u ON u.id = m.user_id
        WHERE ?::uuid IS NULL OR m.id > ? ORDER BY m.id LIMIT ?
        """,
        MembershipStore::read,
        after,
        after,
        limit);
  }

  void insert(Connection connection, Membership membership) {
    Sql.update(
        connection,
        "INSERT INTO membership (id, node_id, user_id, role, create_time, update_time, version)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        membership.id(),
        membership.place().nodeId(),
        membership.userId(),
        membership.role(),
        membership.createTime(),
        membership.updateTime(),
        membership.version());
  }

  void update(Connection connection, Membership membership) {
    Sql.update(
        connection,
        "UPDATE membership SET role = ?, update_time = ?, delete_time = ?, version = ?"
            + " WHERE id = ?",
        membership.role(),
        membership.updateTime(),
        membership.deleteTime(),
        membership.version(),
        membership.id());
  }

  /** Ends every membership of a user. */
  void endAll(Connection connection, UUID userId, Instant now) {
    Sql.update(
        connection,
        "UPDATE membership SET update_time = ?, delete_time = ?, version = version + 1"
            + " WHERE user_id = ? AND delete_time IS NULL",
        now,
        now,
        userId);
  }

  private static Membership read(ResultSet row) throws SQLException {
    return new Membership(
        Objects.requireNonNull(Sql.uuid(row, "id")),
        Objects.requireNonNull(Sql.uuid(row, "user_id")),
        new Membership.Place(
            Level.valueOf(row.getString("level")),
            Objects.requireNonNull(Sql.uuid(row, "node_id")),
            Objects.requireNonNull(Sql.uuid(row, "organization_id"))),
        Role.valueOf(row.getString("role")),
        Objects.requireNonNull(Sql.instant(row, "create_time")),
        Objects.requireNonNull(Sql.instant(row, "update_time")),
        Sql.instant(row, "delete_time"),
        row.getLong("version"),
        row.getLong("revision"));
  }
}
