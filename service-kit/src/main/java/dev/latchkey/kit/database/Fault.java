package dev.latchkey.kit.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/**
 * What a failure says about the database, through whatever it was wrapped in. The states are those
 * of PostgreSQL's appendix A.
 */
enum Fault {
  /** The server undid the transaction for no fault of its own: it can be run again. */
  ROLLED_BACK,
  /** The connection is gone, or leads to a server that takes no writes: another one may do. */
  LOST,
  /** The database cannot be used just now, and trying again at once would not help it. */
  UNUSABLE,
  /** Anything else: a refusal, a violated constraint, a mistake of ours. */
  OTHER;

  private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

  /** An administrator's shutdown, a crash, a start, a dropped database, and ends for idleness. */
  private static final Set<String> ENDED =
      Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03");

  private static final String STATEMENT_COMPLETION_UNKNOWN = "40003";
  static final String READ_ONLY = "25006";
  static final String LOCK_NOT_AVAILABLE = "55P03";

  static Fault of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      // The pool's own: no connection became free, or none could be made, for as long as one waits.
      if (cause instanceof SQLTransientConnectionException) {
        return UNUSABLE;
      }
      if (cause instanceof SQLException failure && of(failure) != OTHER) {
        return of(failure);
      }
    }
    return OTHER;
  }

  private static Fault of(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null) {
      return OTHER;
    }
    if (CONFLICTS.contains(state)) {
      return ROLLED_BACK;
    }
    if (state.startsWith("08")
        || ENDED.contains(state)
        || state.equals(READ_ONLY)
        || state.equals(STATEMENT_COMPLETION_UNKNOWN)) {
      return LOST;
    }
    // Resources (disk full, too many connections), a time limit or an operator, the system's I/O.
    boolean unusable =
        state.startsWith("53")
            || state.startsWith("57")
            || state.startsWith("58")
            || state.equals(LOCK_NOT_AVAILABLE);
    return unusable ? UNUSABLE : OTHER;
  }

  static String describe(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String state = root instanceof SQLException sql ? " (%s)".formatted(sql.getSQLState()) : "";
    return root.getClass().getSimpleName() + state + ": " + root.getMessage();
  }
}
