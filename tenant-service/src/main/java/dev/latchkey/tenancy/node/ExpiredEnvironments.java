package dev.latchkey.tenancy.node;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Environments whose time has passed. For callers they are deleted from that instant on. */
@Singleton
public final class ExpiredEnvironments {
  private final NodeStore store;
  private final InstantSource clock;

  ExpiredEnvironments(NodeStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Marks some of them deleted that are not yet marked. Those that somebody else is changing at the
   * moment are left for the next time.
   */
  public List<Node> delete(Connection connection, int limit) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<Node> expired =
        store.lockExpired(connection, now, limit).stream().map(node -> node.expired(now)).toList();
    expired.forEach(node -> store.update(connection, node));
    return expired;
  }
}
