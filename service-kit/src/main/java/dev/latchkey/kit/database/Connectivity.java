package dev.latchkey.kit.database;

import io.micronaut.data.connection.exceptions.ConnectionException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** Tells a lost database from a failed statement, through whatever the frameworks wrapped it in. */
final class Connectivity {
  private Connectivity() {}

  static boolean isLost(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      // The framework's own: it could not get, keep or hand back a connection.
      if (cause instanceof ConnectionException
          || cause instanceof SQLTransientConnectionException
          || (cause instanceof SQLException sql && new SqlFailure(sql).isUnavailable())) {
        return true;
      }
    }
    return false;
  }

  static String describe(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
