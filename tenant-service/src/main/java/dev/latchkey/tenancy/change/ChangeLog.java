package dev.latchkey.tenancy.change;

import com.google.protobuf.ByteString;
import dev.latchkey.kit.database.Sql;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The log of changes. Guarantees that revisions are dense and in the order of commits: whoever has
 * read revision N, in any transaction, has every change up to N in sight.
 */
@Singleton
public final class ChangeLog {
  /**
   * Writes a change down and gives its revision. Must be the last thing its transaction does, for
   * it makes all other writers wait until that transaction has ended: this is what keeps revisions
   * in the order of commits.
   */
  public long append(Connection connection, Change change) {
    return Sql.first(
            connection,
            """
            WITH head AS (UPDATE change_head SET revision = revision + 1 RETURNING revision),
            touched AS (UPDATE %s t SET revision = head.revision FROM head WHERE t.id = ?)
            INSERT INTO change_log (revision, payload) SELECT revision, ? FROM head
            RETURNING revision
            """
                .formatted(change.table().sqlName()),
            row -> row.getLong("revision"),
            change.id(),
            change.payload().toByteArray())
        .orElseThrow();
  }

  /** The changes from a revision on, in order, at most {@code limit}. */
  public List<LoggedChange> read(Connection connection, long from, int limit) {
    return Sql.list(
        connection,
        "SELECT revision, payload, commit_time FROM change_log WHERE revision >= ?"
            + " ORDER BY revision LIMIT ?",
        row ->
            new LoggedChange(
                row.getLong("revision"),
                ByteString.copyFrom(row.getBytes("payload")),
                Objects.requireNonNull(Sql.instant(row, "commit_time"))),
        from,
        limit);
  }

  /** How far the log reaches now. */
  public Extent extent(Connection connection) {
    return Sql.first(
            connection,
            "SELECT revision AS newest,"
                + " coalesce((SELECT min(revision) FROM change_log), revision + 1) AS oldest"
                + " FROM change_head",
            row -> new Extent(row.getLong("oldest"), row.getLong("newest")))
        .orElseThrow();
  }

  /** The newest revision; 0 before the first. */
  public long newest(Connection connection) {
    return extent(connection).newest();
  }

  /**
   * The first revision that is not older than this, by the database's clock; the newest if all are.
   * Whatever the clock did, all that is kept from there on is without a gap.
   */
  public long oldestWithin(Connection connection, Duration age) {
    return Sql.first(
            connection,
            """
            SELECT least(
              head.revision,
              (SELECT revision FROM change_log
               WHERE commit_time >= clock_timestamp() - ? * interval '1 millisecond'
               ORDER BY revision LIMIT 1)) AS oldest
            FROM change_head head
            """,
            row -> row.getLong("oldest"),
            age.toMillis())
        .orElseThrow();
  }

  /** Drops what is older than a revision; who still needs it is told to take a snapshot. */
  public int forgetBelow(Connection connection, long revision) {
    return Sql.update(connection, "DELETE FROM change_log WHERE revision < ?", revision);
  }
}
