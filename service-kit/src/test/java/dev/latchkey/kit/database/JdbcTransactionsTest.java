package dev.latchkey.kit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.kit.database.JdbcTransactions.Mode;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a transaction keeps, undoes and leaves behind, on a pool of one connection. */
final class JdbcTransactionsTest {
  @TempDir private static Path folder;
  private static EmbeddedServer server;
  private static HikariDataSource pool;
  private static JdbcTransactions transactions;

  @BeforeAll
  static void startServer() {
    server = EmbeddedServer.start(folder.resolve("data"));
    pool = new HikariDataSource();
    pool.setJdbcUrl(server.createDatabase("work"));
    pool.setUsername("postgres");
    pool.setMaximumPoolSize(1);
    transactions = new JdbcTransactions(pool);
    int _ = transactions.run(Mode.WRITE, in -> Sql.update(in, "CREATE TABLE note (text text)"));
  }

  @AfterAll
  static void stopServer() {
    pool.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    int _ = transactions.run(Mode.WRITE, in -> Sql.update(in, "DELETE FROM note"));
  }

  private static int write(Connection in, String text) {
    return Sql.update(in, "INSERT INTO note VALUES (?)", text);
  }

  private static long notes(Connection in) {
    return Sql.first(in, "SELECT count(*) FROM note", row -> row.getLong(1)).orElseThrow();
  }

  private static String setting(String name) {
    return transactions.run(
        Mode.WRITE, in -> Sql.first(in, "SHOW " + name, row -> row.getString(1)).orElseThrow());
  }

  private static long kept() {
    return transactions.run(Mode.READ, JdbcTransactionsTest::notes);
  }

  @Test
  void whatReturns_isKept() {
    int _ = transactions.run(Mode.WRITE, in -> write(in, "kept"));
    assertThat(kept()).isEqualTo(1);
  }

  @Test
  void whatThrows_isUndone_andTheConnectionComesBack() {
    assertThatThrownBy(
            () ->
                transactions.run(
                    Mode.WRITE,
                    in -> {
                      int _ = write(in, "undone");
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no");
    assertThat(kept()).isZero();
    assertThat(transactions.isUnderWay()).isFalse();
  }

  @Test
  void aPart_joins_andIsKeptOrUndoneWithTheWhole() {
    // A connection of its own it could not have: the pool has one.
    int _ =
        transactions.run(
            Mode.WRITE,
            in -> {
              assertThat(transactions.isUnderWay()).isTrue();
              return write(in, "whole") + transactions.run(Mode.WRITE, part -> write(part, "part"));
            });
    assertThat(kept()).isEqualTo(2);
  }

  @Test
  void aPartThatThrows_undoesTheWhole_alsoWhereTheExceptionIsCaught() {
    assertThatThrownBy(
            () ->
                transactions.run(
                    Mode.WRITE,
                    in -> {
                      int _ = write(in, "whole");
                      assertThatThrownBy(
                              () ->
                                  transactions.run(
                                      Mode.WRITE,
                                      part -> {
                                        throw new IllegalArgumentException("part");
                                      }))
                          .hasMessage("part");
                      return 0;
                    }))
        .hasRootCauseMessage("part");
    assertThat(kept()).isZero();
  }

  @Test
  void whatOnlyReads_cannotWrite() {
    for (Mode mode : new Mode[] {Mode.READ, Mode.SNAPSHOT}) {
      assertThatThrownBy(() -> transactions.run(mode, in -> write(in, "refused")))
          .isInstanceOf(SqlFailure.class)
          .hasMessageContaining("read-only transaction");
    }
    assertThat(kept()).isZero();
  }

  @Test
  void aSnapshot_seesOneInstant_andLeavesNothingOnTheConnection() throws Exception {
    long before =
        transactions.run(
            Mode.SNAPSHOT,
            in -> {
              assertThat(notes(in)).isZero();
              writeElsewhere();
              return notes(in);
            });
    assertThat(before).as("what was written meanwhile").isZero();
    assertThat(kept()).isEqualTo(1);
    assertThat(setting("transaction_isolation")).isEqualTo("read committed");
    assertThat(setting("default_transaction_isolation")).isEqualTo("read committed");
    assertThat(setting("transaction_read_only")).isEqualTo("off");
  }

  private static void writeElsewhere() {
    try (HikariDataSource other = new HikariDataSource()) {
      other.setJdbcUrl(pool.getJdbcUrl());
      other.setUsername("postgres");
      other.setMaximumPoolSize(1);
      int _ = new JdbcTransactions(other).run(Mode.WRITE, in -> write(in, "meanwhile"));
    }
  }
}
