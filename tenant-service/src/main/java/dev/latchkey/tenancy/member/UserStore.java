package dev.latchkey.tenancy.member;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.SqlFailure;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of users. */
@Singleton
public final class UserStore {
  /** The indexes that keep users of an organization apart, and the field that each is about. */
  private static final Map<String, String> UNIQUE =
      Map.of("tenancy_user_email", "email", "tenancy_user_external_subject", "external_subject");

  /**
   * Which users of an organization to list.
   *
   * @param email only the one with this email, without regard to case; empty for any
   * @param externalSubject only the one with this subject; empty for any
   * @param after the last id of the page before; null for the first page
   * @param size how many at most
   * @param showDeleted whether deleted ones are listed too
   */
  public record Query(
      UUID organizationId,
      String email,
      String externalSubject,
      @Nullable UUID after,
      int size,
      boolean showDeleted) {}

  Optional<User> find(Connection connection, UUID id) {
    return Sql.first(connection, "SELECT * FROM tenancy_user WHERE id = ?", UserStore::read, id);
  }

  /** Users of an organization in the order of their ids, one more than asked for. */
  List<User> list(Connection connection, Query query) {
    String email = User.folded(query.email());
    return Sql.list(
        connection,
        """
        SELECT * FROM tenancy_user
        WHERE organization_id = ? AND (? = '' OR email_folded = ?)
          AND (? = '' OR external_subject = ?) AND (?::uuid IS NULL OR id > ?)
          AND (? OR delete_time IS NULL)
        ORDER BY id LIMIT ?
        """,
        UserStore::read,
        query.organizationId(),
        email,
        email,
        query.externalSubject(),
        query.externalSubject(),
        query.after(),
        query.after(),
        query.showDeleted(),
        query.size() + 1);
  }

  /** Users who have a role at one of some nodes, in the order of their ids, after one. */
  List<User> withRoleAt(Connection connection, List<UUID> nodes, @Nullable UUID after, int limit) {
    return Sql.list(
        connection,
        """
        SELECT * FROM tenancy_user
        WHERE id IN (SELECT user_id FROM membership
            WHERE node_id = ANY (?::uuid[]) AND delete_time IS NULL)
          AND (?::uuid IS NULL OR id > ?)
        ORDER BY id LIMIT ?
        """,
        UserStore::read,
        nodes,
        after,
        after,
        limit);
  }

  /** Users, deleted ones included, in the order of their ids, after one. */
  public List<User> page(Connection connection, @Nullable UUID after, int limit) {
    return Sql.list(
        connection,
        "SELECT * FROM tenancy_user WHERE (?::uuid IS NULL OR id > ?) ORDER BY id LIMIT ?",
        UserStore::read,
        after,
        after,
        limit);
  }

  /** Throws {@code USER_FIELD_TAKEN}. */
  void insert(Connection connection, User user) {
    refusingTaken(
        connection,
        """
        INSERT INTO tenancy_user (id, organization_id, email, email_folded, display_name,
          external_subject, create_time, update_time, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        user.id(),
        user.organizationId(),
        user.settings().email(),
        User.folded(user.settings().email()),
        user.settings().displayName(),
        user.settings().externalSubject(),
        user.createTime(),
        user.updateTime(),
        user.version());
  }

  /** Throws {@code USER_FIELD_TAKEN}. */
  void update(Connection connection, User user) {
    refusingTaken(
        connection,
        """
        UPDATE tenancy_user SET email = ?, email_folded = ?, display_name = ?,
          external_subject = ?, update_time = ?, delete_time = ?, version = ?
        WHERE id = ?
        """,
        user.settings().email(),
        User.folded(user.settings().email()),
        user.settings().displayName(),
        user.settings().externalSubject(),
        user.updateTime(),
        user.deleteTime(),
        user.version(),
        user.id());
  }

  private static void refusingTaken(
      Connection connection, String sql, @Nullable Object... parameters) {
    try {
      Sql.update(connection, sql, parameters);
    } catch (SqlFailure failure) {
      throw UNIQUE.entrySet().stream()
          .filter(index -> failure.violatesUnique(index.getKey()))
          .findFirst()
          .<RuntimeException>map(index -> taken(index.getValue()))
          .orElse(failure);
    }
  }

  private static ApiException taken(String field) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_USER_FIELD_TAKEN,
        "%s: taken (expected: one that no other user of the organization has)".formatted(field),
        Map.of("field", field));
  }

  private static User read(ResultSet row) throws SQLException {
    return new User(
        Objects.requireNonNull(Sql.uuid(row, "id")),
        Objects.requireNonNull(Sql.uuid(row, "organization_id")),
        new User.Settings(
            row.getString("email"),
            row.getString("display_name"),
            row.getString("external_subject")),
        Objects.requireNonNull(Sql.instant(row, "create_time")),
        Objects.requireNonNull(Sql.instant(row, "update_time")),
        Sql.instant(row, "delete_time"),
        row.getLong("version"),
        row.getLong("revision"));
  }
}
