package dev.latchkey.kit.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Takes a connection out of the pool whose server says that it only reads: a primary that became a
 * standby, or a standby that was taken for a primary.
 */
public final class ReadOnlyServer implements SQLExceptionOverride {
  /** Made by the pool, by name. */
  public ReadOnlyServer() {}

  @java.lang.Override
  public Override adjudicate(SQLException failure) {
    return Fault.READ_ONLY.equals(failure.getSQLState())
        ? Override.MUST_EVICT
        : Override.CONTINUE_EVICT;
  }
}
