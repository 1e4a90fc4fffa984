package dev.latchkey.keys.authenticate;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.BeforeServing;
import jakarta.inject.Singleton;
import java.sql.Connection;

/**
 * Which texts may be keys although they are not shaped like ours: none, until the first key of
 * another system was imported, by this node or by another. Asking takes no lock and no query.
 */
@Singleton
public class ForeignTexts implements BeforeServing {
  /** The shortest text that a key of another system may have. */
  public static final int SHORTEST = 8;

  /** The longest. */
  public static final int LONGEST = 512;

  private final Transactions transactions;
  private volatile boolean present;

  ForeignTexts(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void prepare() {
    look();
  }

  /**
   * Looks whether there are foreign keys, unless it is known that there are. The node that imported
   * the first looks after its commit; others learn of it from the log of key changes.
   */
  public void look() {
    if (!present && transactions.read(ForeignTexts::isMarked)) {
      present = true;
    }
  }

  /** Looks on a connection that is at hand. */
  void look(Connection connection) {
    if (!present && isMarked(connection)) {
      present = true;
    }
  }

  /** There are, as another node has told. */
  void found() {
    present = true;
  }

  private static boolean isMarked(Connection connection) {
    return Sql.first(connection, "SELECT 1 FROM import_mark", row -> true).isPresent();
  }

  /** Notes, in the transaction of an import, that there are foreign keys from its commit on. */
  public void mark(Connection connection) {
    if (!present) {
      Sql.update(connection, "INSERT INTO import_mark DEFAULT VALUES ON CONFLICT DO NOTHING");
    }
  }

  /** Whether there are any. */
  boolean arePresent() {
    return present;
  }

  /** Whether a text may be a key of another system: if there are any, and by its shape. */
  boolean mayBe(String text) {
    return present && isShaped(text);
  }

  /** Whether a text has the shape that imported keys must have: printable ASCII without blanks. */
  public static boolean isShaped(String text) {
    if (text.length() < SHORTEST || text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
