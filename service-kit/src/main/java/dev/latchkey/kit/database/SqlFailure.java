package dev.latchkey.kit.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * A statement or a connection failed. Knows the SQL state and the constraint, for the code that
 * turns an expected violation into an answer; its driver text stays in the log.
 */
public final class SqlFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final String state;
  private final @Nullable String constraint;

  SqlFailure(SQLException cause) {
    super(cause);
    state = cause.getSQLState() == null ? "" : cause.getSQLState();
    constraint = constraintOf(cause);
  }

  private static @Nullable String constraintOf(SQLException cause) {
    if (cause instanceof PSQLException driver) {
      ServerErrorMessage message = driver.getServerErrorMessage();
      return message == null ? null : message.getConstraint();
    }
    return null;
  }

  /** Whether the named unique constraint or index was violated. */
  public boolean violatesUnique(String name) {
    return state.equals(UNIQUE_VIOLATION) && name.equals(constraint);
  }

  /** Whether a lock was not given within the transaction's {@code lock_timeout}. */
  public boolean isLockTimeout() {
    return state.equals(LOCK_NOT_AVAILABLE);
  }

  /** Whether the transaction was rolled back for no fault of its own, and can be run again. */
  public boolean isRetryable() {
    return state.equals(SERIALIZATION_FAILURE) || state.equals(DEADLOCK);
  }

  /**
   * Whether the database could not be used at all: class 08 (connection), 57 (operator
   * intervention: shutdown, start-up) and 53 (resources: disk full, too many connections).
   */
  public boolean isUnavailable() {
    return state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
  }
}
