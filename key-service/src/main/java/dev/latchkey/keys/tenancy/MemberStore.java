package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads and writes the copy's members, inside the caller's transaction.
 *
 * <p>A member's row is a lock too: who makes a key come to life for a member shares it until the
 * commit, who changes the member's roles has it alone. So of a key and the loss of the role it
 * rests on, one always sees the other.
 */
public final class MemberStore {
  private static final String USER =
      "SELECT id, organization_id, live, revision FROM tenancy_user WHERE id = ?";
  private static final String UPSERT_USER =
      """
      INSERT INTO tenancy_user AS present (id, organization_id, live, revision) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET live = excluded.live, revision = excluded.revision
      WHERE present.revision < excluded.revision
      """;
  private static final String UPSERT_MEMBERSHIP =
      """
      INSERT INTO tenancy_membership AS present (user_id, node_id, role, revision)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (user_id, node_id)
      DO UPDATE SET role = excluded.role, revision = excluded.revision
      WHERE present.revision < excluded.revision
      """;

  private MemberStore() {}

  /** A member; one that the copy does not have has no user and no roles. */
  public static MemberView read(Connection connection, UUID userId) {
    return read(connection, userId, USER);
  }

  /** A member, kept from gaining or losing roles until the transaction ends. */
  public static MemberView hold(Connection connection, UUID userId) {
    return read(connection, userId, USER + " FOR SHARE");
  }

  private static MemberView read(Connection connection, UUID userId, String user) {
    Optional<UserView> found =
        Sql.first(
            connection,
            user,
            row ->
                new UserView(
                    userId,
                    Objects.requireNonNull(Sql.uuid(row, "organization_id")),
                    row.getBoolean("live"),
                    row.getLong("revision")),
            userId);
    // A second statement: it sees what was committed while the first one waited.
    List<MembershipView> memberships =
        Sql.list(
            connection,
            "SELECT node_id, role, revision FROM tenancy_membership WHERE user_id = ?",
            row ->
                new MembershipView(
                    userId,
                    Objects.requireNonNull(Sql.uuid(row, "node_id")),
                    Optional.ofNullable(row.getString("role")).map(Role::valueOf),
                    row.getLong("revision")),
            userId);
    return MemberView.of(userId, found, memberships);
  }

  /** Enters a user, and tells whether that was news. */
  static boolean upsert(Connection connection, UserView user) {
    return Sql.update(
            connection, UPSERT_USER, user.id(), user.organizationId(), user.live(), user.revision())
        == 1;
  }

  /** Enters a membership, and tells whether that was news. */
  static boolean upsert(Connection connection, MembershipView membership) {
    Sql.first(
        connection,
        "SELECT 1 FROM tenancy_user WHERE id = ? FOR NO KEY UPDATE",
        row -> true,
        membership.userId());
    return Sql.update(
            connection,
            UPSERT_MEMBERSHIP,
            membership.userId(),
            membership.nodeId(),
            membership.role().orElse(null),
            membership.revision())
        == 1;
  }
}
