package dev.latchkey.keys.feed;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.kit.database.Sql;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.UUID;

/** Writes the log of key changes. Safe for use by many threads. */
@Singleton
public class ChangeLog {
  /** How many keys one row names at most. */
  static final int LARGEST_ROW = 100;

  private static final String APPEND =
      """
      INSERT INTO key_change (key_ids, hashes, accounts, node_accounts, foreign_keys)
      VALUES (?, ?, ?, ?, ?)
      """;

  private final FeedHints hints;

  ChangeLog(FeedHints hints) {
    this.hints = hints;
  }

  /** Notes what a transaction changes, as the last it does before its commit. */
  public void append(Connection connection, Touched touched) {
    write(connection, touched);
  }

  static void write(Connection connection, Touched touched) {
    for (KeyChange part : touched.parts(LARGEST_ROW)) {
      int _ =
          Sql.update(
              connection,
              APPEND,
              part.keyIds().toArray(UUID[]::new),
              part.hashes().stream().map(KeyHash::bytes).toArray(byte[][]::new),
              part.accounts().toArray(UUID[]::new),
              part.nodeAccounts(),
              part.foreignKeys());
    }
  }

  /** Lets the other nodes know that there is something to read. Does not wait. */
  public void committed() {
    hints.send();
  }
}
