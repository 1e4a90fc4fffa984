package dev.latchkey.keys.credits;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.BeforeServing;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.Map;
import java.util.UUID;

/**
 * Which nodes have an account of credits. They are few: all are in memory, so that no decision
 * waits for one. A change by a caller of this node holds here before the call returns; one by
 * another's is told of by the log of key changes.
 */
@Singleton
public class NodeAccounts implements BeforeServing {
  private final Transactions transactions;
  private volatile Map<UUID, UUID> byNode = Map.of();

  NodeAccounts(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void prepare() {
    reload();
  }

  /** The accounts by node: the same object for as long as nothing of it changes. */
  public Map<UUID, UUID> current() {
    return byNode;
  }

  /** Reads them anew. */
  void reload() {
    // Read under the lock, so that what was read later is not replaced by what was read before.
    synchronized (this) {
      set(transactions.read(AccountStore::ofNodes));
    }
  }

  /** Reads them anew, on a connection that is at hand. */
  synchronized void reload(Connection connection) {
    set(AccountStore.ofNodes(connection));
  }

  private void set(Map<UUID, UUID> present) {
    if (!present.equals(byNode)) {
      byNode = Map.copyOf(present);
    }
  }
}
