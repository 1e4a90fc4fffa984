package dev.latchkey.keys.credits;

import dev.latchkey.keys.feed.KeyChange;
import dev.latchkey.keys.feed.NodeMemory;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The accounts in this node's memory, as others change them. Safe for use by many threads. */
@Singleton
class AccountMemory implements NodeMemory {
  private final CreditLeases leases;
  private final NodeAccounts nodeAccounts;

  AccountMemory(CreditLeases leases, NodeAccounts nodeAccounts) {
    this.leases = leases;
    this.nodeAccounts = nodeAccounts;
  }

  @Override
  public void take(List<KeyChange> changes, Connection database) {
    if (changes.stream().anyMatch(KeyChange::nodeAccounts)) {
      nodeAccounts.reload(database);
    }
    Set<UUID> changed = new HashSet<>();
    changes.forEach(change -> changed.addAll(change.accounts()));
    if (!changed.isEmpty()) {
      observe(
          leases.all().stream().filter(account -> changed.contains(account.id())).toList(),
          database);
    }
  }

  @Override
  public void forgetAll(Connection database) {
    nodeAccounts.reload(database);
    observe(leases.all(), database);
  }

  /** Takes in what the database has now of some accounts: a lease from before a change ends. */
  void observe(Collection<LeasedAccount> accounts, Connection database) {
    if (accounts.isEmpty()) {
      return;
    }
    List<LeasedAccount> observed = List.copyOf(accounts);
    Map<UUID, Account> present =
        AccountStore.of(database, observed.stream().map(LeasedAccount::id).toList()).stream()
            .collect(Collectors.toMap(Account::id, Function.identity()));
    for (LeasedAccount account : observed) {
      Account known = present.get(account.id());
      if (known != null) {
        account.observe(known);
      } else {
        account.removed();
      }
    }
  }
}
