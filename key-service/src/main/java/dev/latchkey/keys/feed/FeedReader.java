package dev.latchkey.keys.feed;

import dev.latchkey.keys.feed.FeedRead.Entry;
import dev.latchkey.keys.hashing.KeyHash;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log: of the rows exactly those whose transactions a snapshot did not show and the
 * present one does. One statement, which sees one snapshot in any isolation level, so a connection
 * that a pooler gives to another after each statement will do.
 */
final class FeedReader {
  /** More rows than this are not applied one by one: everything is forgotten instead. */
  static final int MOST_ROWS = 10_000;

  /**
   * A transaction was invisible in a snapshot if it began after it, or was under way in it; so two
   * searches of the index find all, however long a transaction stays open.
   *
   * <p>The end of the log is read while the statement runs, after its snapshot was taken, so no
   * commit of the snapshot lies behind it. Only what is visible counts, so rows that were brought
   * here from another database, with numbers of that, do no harm.
   */
  private static final String READ =
      """
      SELECT present.*, passed.gap, change.*
      FROM (SELECT pg_current_snapshot() AS snapshot,
                   pg_is_in_recovery() AS standby,
                   CASE WHEN pg_is_in_recovery() THEN ''
                        ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END AS timeline,
                   CASE WHEN pg_is_in_recovery() THEN ''
                        ELSE pg_current_wal_insert_lsn()::text END AS lsn,
                   coalesce(pg_stat_get_bgwriter_stat_reset_time()::text, '') AS run,
                   clock_timestamp() AS read_time) AS present
      LEFT JOIN LATERAL (
          SELECT pg_snapshot_xmax(present.snapshot) < pg_snapshot_xmax(?::pg_snapshot)
                 OR pg_snapshot_xmin(present.snapshot) < pg_snapshot_xmin(?::pg_snapshot)
                 OR (pg_snapshot_xmax(floor.snapshot) <= pg_snapshot_xmax(present.snapshot)
                     AND (pg_snapshot_xmax(floor.snapshot) > pg_snapshot_xmax(?::pg_snapshot)
                          OR EXISTS (SELECT FROM pg_snapshot_xip(?::pg_snapshot) AS open (txid)
                                     WHERE pg_visible_in_snapshot(open.txid, floor.snapshot))))
                 AS gap
          FROM key_change_floor floor) AS passed ON true
      LEFT JOIN LATERAL (
          SELECT found.key_ids, found.hashes, found.accounts, found.node_accounts,
                 found.foreign_keys,
                 extract(epoch FROM present.read_time - found.change_time)::float8 AS age
          FROM (SELECT * FROM key_change WHERE txid >= pg_snapshot_xmax(?::pg_snapshot)
                UNION ALL
                SELECT * FROM key_change
                WHERE txid = ANY (ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot)))) AS found
          WHERE pg_visible_in_snapshot(found.txid, present.snapshot)
          LIMIT ?) AS change ON true
      """;

  private static final int SNAPSHOT_PARAMETERS = 6;
  private static final double NANOS = 1e9;

  private FeedReader() {}

  /**
   * Reads what has come since a position; nothing but the present position for null.
   *
   * @throws SQLException also if the database is a standby
   */
  static FeedRead read(Connection connection, @Nullable FeedPosition since) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      for (int i = 1; i <= SNAPSHOT_PARAMETERS; i++) {
        statement.setString(i, since == null ? null : since.snapshot());
      }
      statement.setInt(SNAPSHOT_PARAMETERS + 1, MOST_ROWS + 1);
      try (ResultSet rows = statement.executeQuery()) {
        return read(rows);
      }
    }
  }

  private static FeedRead read(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      throw new SQLException("the log did not tell how far it reaches");
    }
    if (rows.getBoolean("standby")) {
      throw new SQLException("the database is a standby");
    }
    FeedPosition position =
        new FeedPosition(
            rows.getString("timeline"), rows.getString("snapshot"), rows.getString("lsn"));
    String run = rows.getString("run");
    boolean gap = rows.getBoolean("gap");
    List<Entry> entries = new ArrayList<>();
    do {
      Array ids = rows.getArray("key_ids");
      if (ids != null) {
        entries.add(entry(rows, ids));
      }
    } while (rows.next());
    return new FeedRead(position, run, entries, gap || entries.size() > MOST_ROWS);
  }

  private static Entry entry(ResultSet row, Array ids) throws SQLException {
    byte[][] hashes = (byte[][]) row.getArray("hashes").getArray();
    return new Entry(
        new KeyChange(
            uuids(ids),
            Arrays.stream(hashes).map(KeyHash::of).collect(Collectors.toSet()),
            uuids(Objects.requireNonNull(row.getArray("accounts"))),
            row.getBoolean("node_accounts"),
            row.getBoolean("foreign_keys")),
        (long) (Math.max(0, row.getDouble("age")) * NANOS));
  }

  private static Set<UUID> uuids(Array array) throws SQLException {
    return Set.of((UUID[]) array.getArray());
  }
}
