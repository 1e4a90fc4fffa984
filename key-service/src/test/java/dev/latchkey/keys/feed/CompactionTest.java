package dev.latchkey.keys.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows go when they have been visible for long, and never unnoticed. */
final class CompactionTest {
  private static final Duration RETENTION = Duration.ofMinutes(10);

  private static RunningKeyService service;
  private long now = 1_000;
  private Compaction compaction;
  private Connection database;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = service.database();
    compaction =
        new Compaction(
            service.host().context().getBean(Transactions.class),
            () -> now,
            RETENTION,
            Duration.ofMinutes(1));
  }

  @AfterEach
  void close() throws SQLException {
    compaction.close();
    database.close();
  }

  private static UUID write(Connection connection) {
    UUID id = UUID.randomUUID();
    Touched touched = new Touched();
    touched.key(id, new KeyHash(0, 0, 0, id.getMostSignificantBits()));
    ChangeLog.write(connection, touched);
    return id;
  }

  private boolean isThere(UUID id) {
    return Sql.first(database, "SELECT 1 FROM key_change WHERE ? = ANY (key_ids)", row -> true, id)
        .isPresent();
  }

  private FeedPosition position() throws SQLException {
    return FeedReader.read(database, null).position();
  }

  private void pass(Duration duration) {
    now += duration.toNanos();
  }

  @Test
  void row_staysForTheRetention_andThenGoes() throws SQLException {
    UUID row = write(database);
    compaction.onRead(List.of(), position());
    pass(RETENTION.minusNanos(1));
    int _ = compaction.compact();
    assertThat(isThere(row)).isTrue();

    pass(Duration.ofNanos(1));

    assertThat(compaction.compact()).isPositive();
    assertThat(isThere(row)).isFalse();
  }

  @Test
  void rowWhoseCommitCameLate_isNotDeletedBeforeItWasVisibleForTheRetention() throws SQLException {
    try (Connection slow = service.database()) {
      slow.setAutoCommit(false);
      UUID held = write(slow);
      UUID seen = write(database);
      compaction.onRead(List.of(), position());
      pass(RETENTION);
      slow.commit();

      assertThat(compaction.compact()).isPositive();

      assertThat(isThere(seen)).isFalse();
      assertThat(isThere(held)).as("it has just become visible").isTrue();
    }
  }

  @Test
  void whoWasAway_seesThatRowsAreGone_andWhoWasNot_doesNot() throws SQLException {
    FeedRead before = FeedReader.read(database, null);
    var _ = write(database);
    FeedRead read = FeedReader.read(database, before.position());
    compaction.onRead(List.of(), read.position());
    pass(RETENTION);
    assertThat(compaction.compact()).isPositive();

    assertThat(FeedReader.read(database, before.position()).isGapAfter(before)).isTrue();
    assertThat(FeedReader.read(database, read.position()).isGapAfter(read)).isFalse();
  }

  @Test
  void whoWasAwayWhileATransactionWasOpen_seesThatItsRowIsGone() throws SQLException {
    try (Connection slow = service.database()) {
      slow.setAutoCommit(false);
      var _ = write(slow);
      FeedRead before = FeedReader.read(database, null);
      slow.commit();
      compaction.onRead(List.of(), position());
      pass(RETENTION);
      assertThat(compaction.compact()).isPositive();

      assertThat(FeedReader.read(database, before.position()).isGapAfter(before)).isTrue();
    }
  }

  @Test
  void positionsFromBeforeAGap_areNotUsed() throws SQLException {
    UUID row = write(database);
    compaction.onRead(List.of(), position());
    compaction.onGap(position());
    pass(RETENTION);

    assertThat(compaction.compact()).isZero();
    assertThat(isThere(row)).isTrue();
  }
}
