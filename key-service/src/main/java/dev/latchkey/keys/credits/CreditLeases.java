package dev.latchkey.keys.credits;

import dev.latchkey.keys.feed.Pulse;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of this node: fetches them on threads of its own, one question at a time for each
 * account, and gives back what is left. {@code docs/decisions/credits.md} is the protocol.
 */
@Singleton
class CreditLeases {
  private static final Logger LOG = LoggerFactory.getLogger(CreditLeases.class);

  /** The most that is leased ahead of need, and so what a crash may lose; see the page. */
  static final long LARGEST = 1_000;

  /** What is leased ahead of need, of what is left: the end comes in small steps. */
  private static final long PART = 8;

  private static final int THREADS = 4;
  private static final int MOST_WAITING = 10_000;
  private static final long STOP_SECONDS = 5;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final Pulse keys;
  private final InstantSource clock;
  private final ConcurrentMap<UUID, LeasedAccount> accounts = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofVirtual().name("credit-lease-", 0).factory());

  CreditLeases(Transactions transactions, Pulses pulses, InstantSource clock) {
    this.transactions = transactions;
    this.keys = pulses.keys();
    this.clock = clock;
  }

  /** An account as this node sees it. */
  LeasedAccount account(UUID id) {
    LeasedAccount known = accounts.get(id);
    return known != null ? known : accounts.computeIfAbsent(id, LeasedAccount::new);
  }

  /** All accounts that this node has seen lately. */
  Collection<LeasedAccount> all() {
    return accounts.values();
  }

  /** Forgets an account that nothing is held of. */
  void forget(LeasedAccount account) {
    accounts.remove(account.id(), account);
  }

  /**
   * Fetches more of an account, at least a cost if there is as much. Does not wait; of many who ask
   * at once one asks the database. Afterwards everybody tries again. Fails at once while the
   * database is known to be lost, and within a second if it does not answer: {@code UNAVAILABLE},
   * for nobody knows what is left.
   *
   * @param cost 0: just ahead of need
   */
  CompletableFuture<Void> fetch(LeasedAccount account, long cost) {
    if (keys.isLost()) {
      return CompletableFuture.failedFuture(unreachable());
    }
    return asked(account, cost)
        .copy()
        .orTimeout(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    failure instanceof TimeoutException ? unreachable() : failure));
  }

  private static ApiException unreachable() {
    return ApiException.unavailable("key database");
  }

  private CompletableFuture<Void> asked(LeasedAccount account, long cost) {
    CompletableFuture<Void> own = new CompletableFuture<>();
    CompletableFuture<Void> underWay = account.underWay(own);
    if (underWay != null) {
      return underWay;
    }
    try {
      threads.execute(() -> answer(account, cost, own));
    } catch (RejectedExecutionException full) {
      account.answered();
      own.completeExceptionally(ApiException.overloaded());
    }
    return own;
  }

  private void answer(LeasedAccount account, long cost, CompletableFuture<Void> waiting) {
    try {
      lease(account, cost);
      account.answered();
      waiting.complete(null);
    } catch (RuntimeException | Error failure) {
      account.answered();
      waiting.completeExceptionally(failure);
    }
  }

  /** A lease, and the account after it. */
  private record Grant(Account after, long granted) {}

  private void lease(LeasedAccount account, long cost) {
    long changes = account.changes();
    Optional<Grant> grant =
        transactions.write(
            connection -> {
              Optional<Account> stored = AccountStore.lock(connection, account.id());
              if (stored.isEmpty()) {
                return Optional.empty();
              }
              Account present = stored.get().at(clock.instant());
              long granted = granted(present.remaining(), account.held(present.epoch()), cost);
              Account after = present.minus(granted);
              if (!after.equals(stored.get())) {
                AccountStore.update(connection, after);
              }
              return Optional.of(new Grant(after, granted));
            });
    if (grant.isPresent()) {
      account.grant(grant.get().after(), grant.get().granted(), changes, System.nanoTime());
    } else {
      account.closed(changes, System.nanoTime());
    }
    if (accounts.putIfAbsent(account.id(), account) != account) {
      // Forgotten while this was under way: nobody would give it back.
      giveBack(account);
    }
  }

  /** Nothing for a cost that cannot be met: what is there is for smaller ones. */
  static long granted(long remaining, long held, long cost) {
    if (remaining + held < cost) {
      return 0;
    }
    long ahead = Math.min(LARGEST, remaining / PART);
    return Math.min(remaining, Math.max(cost - held, ahead));
  }

  /** Puts back a cost that was taken, into the lease or past it into the account. */
  void putBack(LeasedAccount account, Lease lease, long cost) {
    if (!lease.add(cost)) {
      try {
        threads.execute(() -> giveBack(account.id(), lease.epoch(), cost));
      } catch (RejectedExecutionException full) {
        LOG.warn("{} credits of the account {} are lost: too much is waiting", cost, account.id());
      }
    }
  }

  /** Ends a lease and gives back what was left. What the database does not take is lost. */
  void giveBack(LeasedAccount account) {
    Lease lease = account.lease();
    giveBack(account.id(), lease.epoch(), lease.end());
  }

  private void giveBack(UUID id, long epoch, long left) {
    if (left > 0) {
      try {
        transactions.change(connection -> AccountStore.giveBack(connection, id, epoch, left));
      } catch (RuntimeException failure) {
        // Not again: the change may have been made all the same.
        LOG.warn("{} credits of the account {} could not be given back", left, id);
      }
    }
  }

  @PreDestroy
  void stop() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
    List.copyOf(accounts.values()).forEach(this::giveBack);
  }
}
