package dev.latchkey.tenancy.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.tenancy.testing.Await;
import dev.latchkey.tenancy.testing.TestDatabases;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two writers, of whom the one that begins first commits last, and a follower that reads in
 * between. With numbers from a sequence it never sees the first writer's change; with the change
 * log's revisions it sees both.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CommitOrderTest {
  private static final int LIMIT_SECONDS = 10;

  private final ChangeLog log = new ChangeLog();
  private final DatabaseSettings settings = TestDatabases.create();
  private Database database;

  @BeforeAll
  void migrate() throws SQLException {
    database = Database.open(settings);
    try (Connection connection = open()) {
      Sql.update(
          connection,
          "CREATE TABLE plain_log (number bigint GENERATED ALWAYS AS IDENTITY, what text)");
      connection.commit();
    }
  }

  @AfterAll
  void close() {
    database.close();
  }

  private Connection open() throws SQLException {
    Connection connection =
        DriverManager.getConnection(settings.url().orElseThrow(), settings.user(), "");
    connection.setAutoCommit(false);
    return connection;
  }

  /** Follows the plain log: reads what is new after what it has seen. */
  private static final class PlainFollower {
    private final List<String> seen = new ArrayList<>();
    private long last;

    void read(Connection connection) throws SQLException {
      Sql.list(
          connection,
          "SELECT number, what FROM plain_log WHERE number > ? ORDER BY number",
          row -> {
            last = row.getLong("number");
            return seen.add(row.getString("what"));
          },
          last);
      connection.commit();
    }
  }

  @Test
  void numbersFromASequence_loseTheChangeThatCommitsLate() throws Exception {
    PlainFollower follower = new PlainFollower();
    try (Connection early = open();
        Connection late = open();
        Connection reader = open()) {
      Sql.update(early, "INSERT INTO plain_log (what) VALUES ('begun first')");
      Sql.update(late, "INSERT INTO plain_log (what) VALUES ('begun second')");
      late.commit();
      follower.read(reader);
      early.commit();
      follower.read(reader);
    }

    assertThat(follower.seen).containsExactly("begun second");
  }

  @Test
  void revisions_loseNothing_forTheSecondWriterWaitsForTheFirst() throws Exception {
    List<String> seen = new ArrayList<>();
    try (Connection early = open();
        Connection late = open();
        Connection reader = open()) {
      long first = log.append(early, change("begun first"));
      CompletableFuture<Long> second =
          CompletableFuture.supplyAsync(() -> appendAndCommit(late, "begun second"));
      Await.until("the second writer waits", () -> isSomebodyWaiting(reader));
      assertThat(second).isNotDone();
      read(reader, first, seen);
      assertThat(seen).isEmpty();

      early.commit();

      assertThat(second.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(first + 1);
      read(reader, first, seen);
    }
    assertThat(seen).containsExactly("begun first", "begun second");
  }

  @Test
  void revisionOfAWriterThatRollsBack_isGivenAgain() throws Exception {
    try (Connection failing = open();
        Connection next = open()) {
      long lost = log.append(failing, change("rolled back"));
      failing.rollback();

      long given = log.append(next, change("committed"));
      next.commit();

      assertThat(given).isEqualTo(lost);
      assertThat(log.extent(next).newest()).isEqualTo(given);
    }
  }

  private long appendAndCommit(Connection connection, String what) {
    try {
      long revision = log.append(connection, change(what));
      connection.commit();
      return revision;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSomebodyWaiting(Connection connection) {
    return Sql.first(connection, "SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1", row -> 1)
        .isPresent();
  }

  private void read(Connection connection, long from, List<String> seen) throws SQLException {
    log.read(connection, from, 100).forEach(change -> seen.add(change.payload().toStringUtf8()));
    connection.commit();
  }

  private static Change change(String what) {
    return new Change(Change.Table.NODE, UUID.randomUUID(), ByteString.copyFromUtf8(what));
  }
}
