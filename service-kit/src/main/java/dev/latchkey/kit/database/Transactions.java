package dev.latchkey.kit.database;

import dev.latchkey.kit.errors.ApiException;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.DefaultTransactionDefinition;
import java.sql.Connection;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work in a transaction. Work that the database rolled back for no fault of its own
 * (serialization failure, deadlock) is run again, so it must have no effect outside the database
 * before it returns; a lost database becomes {@code UNAVAILABLE}. Safe for use by many threads.
 */
public final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final int ATTEMPTS = 4;

  private static final TransactionDefinition SNAPSHOT = snapshotDefinition();

  private final TransactionOperations<Connection> operations;
  private final String name;

  /**
   * @param name what callers read when it cannot be reached: {@code key database}
   */
  public Transactions(TransactionOperations<Connection> operations, String name) {
    this.operations = operations;
    this.name = name;
  }

  /** Runs work that may change rows; commits when it returns, rolls back when it throws. */
  public <T> T write(Function<Connection, T> work) {
    return run(TransactionDefinition.DEFAULT, work, ATTEMPTS);
  }

  /** Runs work that changes rows and has no result. */
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
    return run(TransactionDefinition.READ_ONLY, work, ATTEMPTS);
  }

  /**
   * Runs work that reads everything as of one instant (repeatable read). For work that may take
   * long and hands out what it reads on the way: a failure does not make it run again.
   */
  public <T> T snapshot(Function<Connection, T> work) {
    return run(SNAPSHOT, work, 1);
  }

  private <T> T run(TransactionDefinition definition, Function<Connection, T> work, int attempts) {
    for (int attempt = 1; ; attempt++) {
      try {
        return operations.execute(definition, status -> work.apply(status.getConnection()));
      } catch (SqlFailure failure) {
        if (failure.isUnavailable()) {
          throw unavailable(failure);
        }
        if (!failure.isRetryable() || attempt >= attempts) {
          throw failure;
        }
      } catch (ApiException refusal) {
        throw refusal;
      } catch (RuntimeException failure) {
        if (Connectivity.isLost(failure)) {
          throw unavailable(failure);
        }
        throw failure;
      }
    }
  }

  private static TransactionDefinition snapshotDefinition() {
    DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
    definition.setIsolationLevel(TransactionDefinition.Isolation.REPEATABLE_READ);
    definition.setReadOnly(true);
    return definition;
  }

  private ApiException unavailable(RuntimeException failure) {
    LOG.warn("the {} cannot be used: {}", name, Connectivity.describe(failure));
    return ApiException.unavailable(name);
  }
}
