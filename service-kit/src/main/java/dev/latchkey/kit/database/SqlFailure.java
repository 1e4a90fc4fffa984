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
    return state.equals(Fault.LOCK_NOT_AVAILABLE);
  }
}
