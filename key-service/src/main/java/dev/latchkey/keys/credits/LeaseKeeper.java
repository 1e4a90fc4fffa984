package dev.latchkey.keys.credits;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.PeriodicTask;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Once a second: gives back leases that nobody draws from, takes in what other nodes of the service
 * have changed, and fills up accounts that are due. None of it decides whether a call is admitted;
 * a refill is made by whoever leases first after its time, this task or not.
 */
@Context
class LeaseKeeper {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int FORGOTTEN_AFTER_ROUNDS = 600;
  private static final int REFILLS_AT_ONCE = 100;

  private final CreditLeases leases;
  private final AccountMemory memory;
  private final Transactions transactions;
  private final InstantSource clock;
  private final PeriodicTask task;

  LeaseKeeper(
      CreditLeases leases,
      AccountMemory memory,
      Transactions transactions,
      InstantSource clock,
      MeterRegistry registry) {
    this.leases = leases;
    this.memory = memory;
    this.transactions = transactions;
    this.clock = clock;
    this.task = PeriodicTask.start("credit-leases", PAUSE, this::round);
    registry.gauge("latchkey.credits.accounts", leases, all -> all.all().size());
    registry.gauge("latchkey.credits.leased", leases, LeaseKeeper::leased);
  }

  private static double leased(CreditLeases leases) {
    return leases.all().stream().mapToLong(account -> account.lease().left()).sum();
  }

  void round() {
    List<LeasedAccount> inUse = new ArrayList<>();
    for (LeasedAccount account : leases.all()) {
      if (!account.isIdle()) {
        inUse.add(account);
      } else if (account.lease().left() > 0) {
        leases.giveBack(account);
      } else if (account.idleRounds() > FORGOTTEN_AFTER_ROUNDS) {
        leases.forget(account);
      }
    }
    if (!inUse.isEmpty()) {
      boolean _ =
          transactions.read(
              connection -> {
                memory.observe(inUse, connection);
                return true;
              });
    }
    refill();
  }

  private void refill() {
    int filled;
    do {
      filled =
          transactions.write(
              connection -> {
                List<Account> due =
                    AccountStore.lockDue(connection, clock.instant(), REFILLS_AT_ONCE);
                due.forEach(
                    account -> AccountStore.update(connection, account.at(clock.instant())));
                return due.size();
              });
    } while (filled == REFILLS_AT_ONCE);
  }

  @PreDestroy
  void close() {
    task.close();
  }
}
