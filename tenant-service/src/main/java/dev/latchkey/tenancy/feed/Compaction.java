package dev.latchkey.tenancy.feed;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.PeriodicTask;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.change.Extent;
import dev.latchkey.tenancy.settings.TenantServiceSettings;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops changes that were kept for long enough, oldest first, never the newest. Every node of the
 * service may do it at once. A watcher who needs what is gone takes a snapshot.
 */
@Context
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

  /** How many in one transaction. */
  private static final int BATCH = 1_000;

  private final Transactions transactions;
  private final ChangeLog log;
  private final Duration retention;
  private final PeriodicTask task;

  Compaction(Transactions transactions, ChangeLog log, TenantServiceSettings settings) {
    this.transactions = transactions;
    this.log = log;
    this.retention = settings.changeRetention();
    Duration often = retention.dividedBy(10);
    this.task =
        PeriodicTask.start(
            "change-log-compaction",
            often.compareTo(LONGEST_INTERVAL) < 0 ? often : LONGEST_INTERVAL,
            this::compact);
  }

  /** Drops what is old enough now, and tells how many changes. */
  int compact() {
    long oldest = transactions.read(connection -> log.oldestWithin(connection, retention));
    int all = 0;
    Extent extent = transactions.read(log::extent);
    for (long below = extent.oldest(); below < oldest; ) {
      below = Math.min(below + BATCH, oldest);
      long until = below;
      all += transactions.write(connection -> log.forgetBelow(connection, until));
    }
    LOG.debug("{} changes dropped", all);
    return all;
  }

  @PreDestroy
  void close() {
    task.close();
  }
}
