package dev.latchkey.kit.database;

import dev.latchkey.kit.database.JdbcTransactions.Mode;
import java.sql.Connection;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in a transaction, and again where that is safe: so it must have no effect outside the
 * database before it returns. Safe for use by many threads.
 *
 * <ul>
 *   <li>A transaction that the database rolled back for no fault of its own (serialization failure,
 *       deadlock) is run again, a few times, after short pauses.
 *   <li>One whose connection was lost before its commit was sent was rolled back by the server: it
 *       is run once more at once, on another connection.
 *   <li>One whose connection was lost at its commit may have been committed: it is run again only
 *       where that was said to be harmless ({@link #writeIdempotent}).
 *   <li>What is left of all that, and a database that has no disk, no connection or no lock to
 *       give, is {@code UNAVAILABLE}.
 * </ul>
 *
 * <p>Inside work that is under way on the same thread, further work joins its transaction.
 */
public final class Transactions {
  private final JdbcTransactions transactions;
  private final Attempts attempts;

  /**
   * @param name what callers read when it cannot be reached: {@code key database}
   */
  public Transactions(JdbcTransactions transactions, String name) {
    this(transactions, name, () -> {});
  }

  /**
   * @param name what callers read when it cannot be reached: {@code key database}
   * @param onLost told of each connection that was lost, before another one is tried
   */
  public Transactions(JdbcTransactions transactions, String name, Runnable onLost) {
    this.transactions = transactions;
    this.attempts = new Attempts(name, onLost);
  }

  /**
   * Runs work that may change rows; commits when it returns, rolls back when it throws. Never
   * committed twice: where the answer to the commit was lost, the outcome is not known to the
   * caller either.
   */
  public <T> T write(Function<Connection, T> work) {
    return run(Mode.WRITE, work, true, false);
  }

  /**
   * Runs work that finds out by itself whether it was committed before, and then changes nothing:
   * by a request id ({@link dev.latchkey.kit.idempotency.Idempotency}), or because it only sets
   * rows to what they are to be. It is run again also where the answer to the commit was lost.
   */
  public <T> T writeIdempotent(Function<Connection, T> work) {
    return run(Mode.WRITE, work, true, true);
  }

  /** Runs work that changes rows and has no result; see {@link #write}. */
  public void change(Consumer<Connection> work) {
    int _ =
        write(
            connection -> {
              work.accept(connection);
              return 0;
            });
  }

  /** Runs work that only reads. */
  public <T> T read(Function<Connection, T> work) {
    return run(Mode.READ, work, true, true);
  }

  /**
   * Runs work that reads everything as of one instant (repeatable read). For work that may take
   * long and hands out what it reads on the way: its statements have no time limit, and a failure
   * does not make it run again.
   */
  public <T> T snapshot(Function<Connection, T> work) {
    return run(Mode.SNAPSHOT, work, false, false);
  }

  private <T> T run(
      Mode mode, Function<Connection, T> work, boolean mayRepeat, boolean isIdempotent) {
    // A part of a transaction cannot be run again without the whole.
    boolean joins = transactions.isUnderWay();
    return attempts.run(mayRepeat && !joins, isIdempotent, () -> new Transaction<>(mode, work));
  }

  /** One run of the work and its commit. */
  private final class Transaction<T> implements Attempts.Attempt<T> {
    private final Mode mode;
    private final Function<Connection, T> work;
    private @Nullable RuntimeException failure;
    private boolean done;

    Transaction(Mode mode, Function<Connection, T> work) {
      this.mode = mode;
      this.work = work;
    }

    @Override
    public T run() {
      return transactions.run(mode, this::apply);
    }

    private T apply(Connection connection) {
      try {
        T result = work.apply(connection);
        done = true;
        return result;
      } catch (RuntimeException thrown) {
        // On a dead connection the rollback fails too, and would say so instead.
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
      return done && mode == Mode.WRITE;
    }
  }
}
