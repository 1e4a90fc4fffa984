package dev.latchkey.keys.feed;

import java.sql.Connection;
import java.util.List;

/**
 * Something of the keys' database that this node holds in memory, and that other nodes may change.
 * Called by one thread.
 */
public interface NodeMemory {
  /**
   * Makes changes that others have committed hold in memory. A failure has it called again with the
   * same changes and perhaps more.
   *
   * @param database for what has to be read anew: a connection to the primary of the caller's own,
   *     which commits each statement by itself
   */
  void take(List<KeyChange> changes, Connection database);

  /** Anything may have changed: forgets what it can read again, and reads the rest anew. */
  void forgetAll(Connection database);
}
