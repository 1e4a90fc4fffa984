package dev.latchkey.kit.database;

import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Lifts the role's limits from each migration, inside its own transaction: behind a pooler, what is
 * set for a session would stay with the server's connection and pass to somebody else.
 */
final class NoTimeLimit implements Callback {
  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_EACH_MIGRATE;
  }

  @Override
  public boolean canHandleInTransaction(Event event, Context context) {
    return true;
  }

  @Override
  public void handle(Event event, Context context) {
    try (Statement statement = context.getConnection().createStatement()) {
      statement.execute("SET LOCAL statement_timeout = 0");
      statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  @Override
  public String getCallbackName() {
    return "no-time-limit";
  }
}
