package dev.latchkey.keys.leak;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.kit.audit.AuditActor;
import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes the table of reports, inside the caller's transaction. */
final class LeakReports {
  /** How many reports may wait at most. */
  static final int MOST = 10_000;

  private static final String ADD =
      """
      INSERT INTO leak_report (id, hash, held, source, note, reporter_key_id, reporter_user_id,
                               peer_address, client_address, request_id)
      SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
      WHERE (SELECT count(*) FROM (SELECT FROM leak_report LIMIT ?) waiting) < ?
      """;

  private LeakReports() {}

  /** Adds a report, unless too many wait; tells whether it did. */
  static boolean add(Connection connection, LeakReport report) {
    AuditActor reporter = report.reporter();
    return Sql.update(
            connection,
            ADD,
            report.id(),
            report.hash().bytes(),
            report.held(),
            report.source(),
            report.note(),
            reporter.keyId(),
            reporter.userId(),
            reporter.peerAddress(),
            reporter.clientAddress(),
            reporter.requestId(),
            MOST,
            MOST)
        == 1;
  }

  /** The report whose turn it is. */
  static Optional<UUID> next(Connection connection) {
    return Sql.first(
        connection,
        "SELECT id FROM leak_report ORDER BY failures, id LIMIT 1",
        row -> row.getObject("id", UUID.class));
  }

  /** Takes a report out; empty if another node has, or is about to. */
  static Optional<LeakReport> take(Connection connection, UUID id) {
    Optional<LeakReport> report =
        Sql.first(
            connection,
            "SELECT * FROM leak_report WHERE id = ? FOR UPDATE SKIP LOCKED",
            LeakReports::read,
            id);
    report.ifPresent(
        taken -> Sql.update(connection, "DELETE FROM leak_report WHERE id = ?", taken.id()));
    return report;
  }

  /** Lets the others go first. */
  static void failed(Connection connection, UUID id) {
    Sql.update(connection, "UPDATE leak_report SET failures = failures + 1 WHERE id = ?", id);
  }

  private static LeakReport read(ResultSet row) throws SQLException {
    return new LeakReport(
        Objects.requireNonNull(Sql.uuid(row, "id")),
        KeyHash.of(row.getBytes("hash")),
        row.getBoolean("held"),
        row.getString("source"),
        row.getString("note"),
        new AuditActor(
            Sql.uuid(row, "reporter_key_id"),
            Sql.uuid(row, "reporter_user_id"),
            row.getString("peer_address"),
            row.getString("client_address"),
            row.getString("request_id")));
  }
}
