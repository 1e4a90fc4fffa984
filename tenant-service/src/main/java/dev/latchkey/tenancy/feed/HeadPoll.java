package dev.latchkey.tenancy.feed;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.PeriodicTask;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.change.NewestRevision;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks for what other nodes have committed, twenty times a second, while somebody watches. */
@Singleton
final class HeadPoll {
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final Transactions transactions;
  private final ChangeLog log;
  private final NewestRevision newest;
  private final AtomicInteger watchers = new AtomicInteger();
  private final PeriodicTask task;

  HeadPoll(Transactions transactions, ChangeLog log, NewestRevision newest) {
    this.transactions = transactions;
    this.log = log;
    this.newest = newest;
    this.task = PeriodicTask.start("head-poll", INTERVAL, this::poll);
  }

  void enter() {
    watchers.incrementAndGet();
  }

  void leave() {
    watchers.decrementAndGet();
  }

  /** How many watch just now. */
  int watchers() {
    return watchers.get();
  }

  private void poll() {
    if (watchers.get() > 0) {
      newest.reached(transactions.read(log::newest));
    }
  }

  @PreDestroy
  void close() {
    task.close();
  }
}
