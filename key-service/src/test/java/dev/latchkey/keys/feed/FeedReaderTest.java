package dev.latchkey.keys.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.TestDatabases;
import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.database.Sql;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one reading of the log gives, whatever the order of commits. */
final class FeedReaderTest {
  private final String url = TestDatabases.create();
  private Connection reader;

  @BeforeEach
  void open() throws SQLException {
    migrate(url);
    reader = connect(url);
  }

  @AfterEach
  void close() throws SQLException {
    reader.close();
  }

  private static void migrate(String url) {
    Database.open(
            new DatabaseSettings(
                "keys", Optional.of(url), "postgres", Optional.empty(), Path.of("unused"), 2))
        .close();
  }

  private static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, "postgres", "");
  }

  private Connection transaction() throws SQLException {
    Connection connection = connect(url);
    connection.setAutoCommit(false);
    return connection;
  }

  private static UUID write(Connection connection) {
    UUID id = UUID.randomUUID();
    Touched touched = new Touched();
    touched.key(id, new KeyHash(1, 2, 3, id.getMostSignificantBits()));
    ChangeLog.write(connection, touched);
    return id;
  }

  private FeedRead read(FeedRead before) throws SQLException {
    return FeedReader.read(reader, before.position());
  }

  private FeedRead first() throws SQLException {
    return FeedReader.read(reader, null);
  }

  private static List<UUID> keys(FeedRead read) {
    return read.changes().stream().flatMap(change -> change.keyIds().stream()).toList();
  }

  @Test
  void firstReading_tellsWhereTheLogStands_andNoChanges() throws SQLException {
    var _ = write(reader);

    FeedRead read = first();

    assertThat(read.entries()).isEmpty();
    assertThat(read.gap()).isFalse();
    assertThat(read.position().timeline()).isEqualTo("00000001");
    assertThat(read.position().lsn()).matches("[0-9A-F]+/[0-9A-F]+");
  }

  @Test
  void wholeRow_isReadBack() throws SQLException {
    FeedRead before = first();
    UUID id = UUID.randomUUID();
    UUID account = UUID.randomUUID();
    KeyHash hash = new KeyHash(1, -2, 3, -4);
    Touched touched = new Touched();
    touched.key(id, hash);
    touched.account(account);
    touched.nodeAccounts();
    touched.foreignKeys();
    ChangeLog.write(reader, touched);

    assertThat(read(before).changes())
        .containsExactly(new KeyChange(Set.of(id), Set.of(hash), Set.of(account), true, true));
  }

  @Test
  void manyKeysOfOneTransaction_areReadWhole_fromRowsOfBoundedSize() throws SQLException {
    FeedRead before = first();
    Touched touched = new Touched();
    Set<UUID> ids = new HashSet<>();
    for (int i = 0; i < 3 * ChangeLog.LARGEST_ROW + 1; i++) {
      UUID id = UUID.randomUUID();
      ids.add(id);
      touched.key(id, new KeyHash(i, 0, 0, 0));
    }
    ChangeLog.write(reader, touched);

    FeedRead read = read(before);

    assertThat(read.entries()).hasSize(4);
    assertThat(keys(read)).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void transactionThatCommitsAfterLaterOnes_isNotMissed_andNothingIsReadTwice()
      throws SQLException {
    FeedRead before = first();
    try (Connection slow = transaction()) {
      UUID held = write(slow);
      UUID early = write(reader);

      FeedRead second = read(before);
      assertThat(keys(second)).containsExactly(early);
      FeedRead third = read(second);
      assertThat(keys(third)).as("nothing again while it is open").isEmpty();
      UUID later = write(reader);
      FeedRead fourth = read(third);
      assertThat(keys(fourth)).containsExactly(later);

      slow.commit();
      FeedRead fifth = read(fourth);
      assertThat(keys(fifth)).containsExactly(held);
      assertThat(read(fifth).entries()).isEmpty();
    }
  }

  @Test
  void rolledBackTransaction_isNeverRead() throws SQLException {
    FeedRead before = first();
    try (Connection given = transaction()) {
      var _ = write(given);
      given.rollback();
    }
    assertThat(read(before).entries()).isEmpty();
  }

  @Test
  void noCommitOfTheSnapshot_liesBehindThePosition() throws SQLException {
    FeedRead before = first();
    var _ = write(reader);
    String end =
        Sql.first(reader, "SELECT pg_current_wal_insert_lsn()::text", row -> row.getString(1))
            .orElseThrow();

    assertThat(isAtLeast(read(before).position().lsn(), end)).isTrue();
  }

  private boolean isAtLeast(String lsn, String other) {
    return Sql.first(reader, "SELECT ?::pg_lsn >= ?::pg_lsn", row -> row.getBoolean(1), lsn, other)
        .orElseThrow();
  }

  @Test
  void tooManyRows_areAGap() throws SQLException {
    FeedRead before = first();
    int _ =
        Sql.update(
            reader,
            """
            INSERT INTO key_change (key_ids, hashes, accounts, node_accounts, foreign_keys)
            SELECT '{}', '{}', '{}', true, false FROM generate_series(1, ?)
            """,
            FeedReader.MOST_ROWS + 1);

    FeedRead read = read(before);

    assertThat(read.isGapAfter(before)).isTrue();
    assertThat(read(read).isGapAfter(read)).isFalse();
  }

  @Test
  void rowsBroughtFromAnotherDatabase_areNeitherReadNorAGap() throws SQLException {
    int _ =
        Sql.update(
            reader,
            """
            INSERT INTO key_change (txid, key_ids, hashes, accounts, node_accounts, foreign_keys)
            VALUES ('900000000000', '{}', '{}', '{}', true, false)
            """);
    int _ =
        Sql.update(reader, "UPDATE key_change_floor SET snapshot = '900000000000:900000000000:'");
    FeedRead before = first();

    FeedRead read = read(before);

    assertThat(read.entries()).isEmpty();
    assertThat(read.isGapAfter(before)).isFalse();
  }

  @Test
  void crashOfTheServer_isAGap_forNumbersOfLostTransactionsAreGivenOutAgain() throws Exception {
    try (EmbeddedPostgres own = EmbeddedPostgres.builder().start()) {
      String ownUrl = own.getJdbcUrl("postgres", "postgres");
      migrate(ownUrl);
      FeedRead before;
      FeedRead after;
      try (Connection connection = connect(ownUrl)) {
        before = FeedReader.read(connection, null);
        after = FeedReader.read(connection, before.position());
        assertThat(after.isGapAfter(before)).isFalse();
        long backend =
            Sql.first(connection, "SELECT pg_backend_pid()", row -> row.getLong(1)).orElseThrow();
        assertThat(ProcessHandle.of(backend).orElseThrow().destroyForcibly()).isTrue();
        Conditions.await("the server has noticed", () -> !answers(connection));
      }
      Conditions.await("the server is back", () -> accepts(ownUrl));

      try (Connection connection = connect(ownUrl)) {
        assertThat(FeedReader.read(connection, after.position()).isGapAfter(after)).isTrue();
      }
    }
  }

  private static boolean answers(Connection connection) {
    try {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean accepts(String url) {
    try (Connection connection = connect(url)) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }
}
