package dev.latchkey.kit.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work once in a transaction, on a connection of a pool: commits when it returns, rolls back
 * when it throws, and gives the connection back either way. What begins on a thread that has one
 * under way joins it; where such a part throws, the whole is rolled back, whatever becomes of the
 * exception on the way. Leaves nothing on a connection that a pooler in transaction mode would hand
 * to somebody else. Safe for use by many threads.
 */
public class JdbcTransactions {
  /** What a transaction is for. */
  public enum Mode {
    /** Rows may change. */
    WRITE,
    /** Reads, each as of its own instant. */
    READ,
    /** Reads, all as of one instant, without a limit on a statement's time. */
    SNAPSHOT
  }

  private static final String BEGIN_SNAPSHOT =
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = 0";

  private final DataSource connections;

  @SuppressWarnings("ThreadLocalUsage") // One for each database: of another one nothing is joined.
  private final ThreadLocal<@Nullable UnderWay> underWay = new ThreadLocal<>();

  /** A transaction, and what a part of it threw. */
  private static final class UnderWay {
    private final Connection connection;
    private @Nullable Throwable failure;

    UnderWay(Connection connection) {
      this.connection = connection;
    }
  }

  public JdbcTransactions(DataSource connections) {
    this.connections = connections;
  }

  /** Whether this thread has a transaction under way, which further work would join. */
  final boolean isUnderWay() {
    return underWay.get() != null;
  }

  /**
   * Runs work in a transaction.
   *
   * @throws SqlFailure if the database fails to begin or commit it
   */
  public <T> T run(Mode mode, Function<Connection, T> work) {
    UnderWay joined = underWay.get();
    return joined == null ? begin(mode, work) : join(joined, work);
  }

  private static <T> T join(UnderWay joined, Function<Connection, T> work) {
    try {
      return work.apply(joined.connection);
    } catch (RuntimeException | Error thrown) {
      joined.failure = thrown;
      throw thrown;
    }
  }

  private <T> T begin(Mode mode, Function<Connection, T> work) {
    try (Connection connection = connections.getConnection()) {
      connection.setReadOnly(mode != Mode.WRITE);
      connection.setAutoCommit(false);
      UnderWay begun = new UnderWay(connection);
      T result = apply(begun, mode, work);
      connection.commit();
      return result;
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  private <T> T apply(UnderWay begun, Mode mode, Function<Connection, T> work) {
    underWay.set(begun);
    try {
      if (mode == Mode.SNAPSHOT) {
        int _ = Sql.update(begun.connection, BEGIN_SNAPSHOT);
      }
      T result = work.apply(begun.connection);
      if (begun.failure != null) {
        throw new IllegalStateException("a part of the transaction failed", begun.failure);
      }
      return result;
    } catch (RuntimeException | Error thrown) {
      rollBack(begun.connection, thrown);
      throw thrown;
    } finally {
      underWay.remove();
    }
  }

  private static void rollBack(Connection connection, Throwable thrown) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is gone, and with it the transaction: what was thrown says why.
      thrown.addSuppressed(e);
    }
  }
}
