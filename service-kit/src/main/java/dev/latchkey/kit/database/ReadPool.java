package dev.latchkey.kit.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A few connections of their own for short reads that callers wait for, so that no other work can
 * starve them. Each statement is its own transaction. A read takes at most about two seconds, also
 * from a server that does not answer any more. Safe for use by many threads.
 */
public final class ReadPool implements AutoCloseable {
  private final AwaitedPool pool;
  private final Attempts attempts;

  ReadPool(AwaitedPool pool, String name) {
    this.pool = pool;
    this.attempts = new Attempts(name, new Eviction(pool::pool));
  }

  /**
   * Runs work that only reads. It is run once more where the connection was lost.
   *
   * @throws dev.latchkey.kit.errors.ApiException {@code UNAVAILABLE} if the database cannot be read
   */
  public <T> T read(Function<Connection, T> work) {
    return attempts.run(true, true, () -> new Read<>(work));
  }

  /** How many connections are in use just now. */
  public int busy() {
    return pool.pool().getHikariPoolMXBean().getActiveConnections();
  }

  @Override
  public void close() {
    pool.close();
  }

  private final class Read<T> implements Attempts.Attempt<T> {
    private final Function<Connection, T> work;
    private @Nullable RuntimeException failure;

    Read(Function<Connection, T> work) {
      this.work = work;
    }

    @Override
    public T run() {
      try (Connection connection = pool.getConnection()) {
        return apply(connection);
      } catch (SQLException e) {
        throw new SqlFailure(e);
      }
    }

    private T apply(Connection connection) {
      try {
        return work.apply(connection);
      } catch (RuntimeException thrown) {
        failure = thrown;
        throw thrown;
      }
    }

    @Override
    public RuntimeException failure(RuntimeException thrown) {
      return failure == null ? thrown : failure;
    }

    @Override
    public boolean isInDoubt() {
      return false;
    }
  }
}
