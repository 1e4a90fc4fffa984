package dev.latchkey.keys.bootstrap;

import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Which keys serve the roles of the platform. A key that one was rotated to serves its role too.
 */
final class PlatformKeyStore {
  private static final String OF_ROLE =
      """
      WITH RECURSIVE serving AS (
          SELECT k.* FROM platform_key p JOIN api_key k ON k.id = p.key_id WHERE p.role = ?
          UNION
          SELECT k.* FROM api_key k JOIN serving ON k.id = serving.successor_id
      )
      SELECT id FROM serving
      """;

  private PlatformKeyStore() {}

  /** Keeps other nodes from seeing to a role until the transaction ends. */
  static void hold(Connection connection, Role role) {
    boolean _ =
        Sql.first(
                connection,
                "SELECT 1 FROM platform_role WHERE role = ? FOR UPDATE",
                row -> true,
                role.text())
            .orElseThrow();
  }

  static void note(Connection connection, Role role, StoredKey key) {
    Sql.update(
        connection, "INSERT INTO platform_key (role, key_id) VALUES (?, ?)", role.text(), key.id());
  }

  /** The keys of a role that are not revoked. */
  static List<UUID> notRevoked(Connection connection, Role role) {
    return Sql.list(
        connection,
        OF_ROLE + "WHERE state <> 'REVOKED'",
        row -> row.getObject("id", UUID.class),
        role.text());
  }

  /** Whether a key of a role that is not revoked lacks a scope that the role needs. */
  static boolean lacksScopes(Connection connection, Role role) {
    return Sql.first(
            connection,
            OF_ROLE + "WHERE state <> 'REVOKED' AND NOT scopes @> ?",
            row -> true,
            role.text(),
            role.scopes())
        .isPresent();
  }

  /**
   * Whether a role has a key that works. A disabled key of a service may be enabled again; of the
   * operator it may not, for there is nobody to do so.
   */
  static boolean isServed(Connection connection, Role role, Instant now) {
    String state = role == Role.OPERATOR ? "state = 'ACTIVE'" : "state <> 'REVOKED'";
    String lasting = " AND coalesce(least(expire_time, retire_time) > ?, true)";
    return Sql.first(
            connection, OF_ROLE + "WHERE " + state + lasting, row -> true, role.text(), now)
        .isPresent();
  }
}
