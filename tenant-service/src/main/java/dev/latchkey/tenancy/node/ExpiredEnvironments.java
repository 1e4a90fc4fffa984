package dev.latchkey.tenancy.node;

import dev.latchkey.tenancy.change.Outcome;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
  public List<Outcome<Node>> delete(Connection connection, int limit) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<Outcome<Node>> outcomes = new ArrayList<>();
    for (Node node : store.lockExpired(connection, now, limit)) {
      Node expired = node.expired(now);
      store.update(connection, expired);
      outcomes.add(Outcome.changed(node, expired));
    }
    return outcomes;
  }
}
