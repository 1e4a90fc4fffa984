package dev.latchkey.keys.leak;

import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.issuing.KeyTransaction;
import dev.latchkey.keys.issuing.KeyWrites;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.LeakPolicies;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.runtime.PeriodicTask;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off the reports that were taken in: at once those of this node, within half a second those
 * of a node that has ended. Each is one transaction with all it does, and is done once, whichever
 * node does it.
 */
@Singleton
class LeakWorker {
  private static final Logger LOG = LoggerFactory.getLogger(LeakWorker.class);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Transactions transactions;
  private final KeyWrites writes;
  private final InstantSource clock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("leak-reports-").factory());
  private final AtomicBoolean woken = new AtomicBoolean();
  private final PeriodicTask task = PeriodicTask.start("leak-reports", LOOK, this::wake);

  LeakWorker(Transactions transactions, KeyWrites writes, InstantSource clock) {
    this.transactions = transactions;
    this.writes = writes;
    this.clock = clock;
  }

  /** Has what waits worked off, soon and on another thread. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      thread.execute(
          () -> {
            woken.set(false);
            workOff();
          });
    }
  }

  private void workOff() {
    try {
      Optional<UUID> next = transactions.read(LeakReports::next);
      while (next.isPresent() && workOff(next.get())) {
        next = transactions.read(LeakReports::next);
      }
    } catch (ApiException unavailable) {
      LOG.debug("leak reports wait: {}", unavailable.explanation());
    } catch (RuntimeException failure) {
      LOG.error("leak reports cannot be read; they are tried again", failure);
    }
  }

  /** False: it failed, or another node is at it; the rest waits for the next round. */
  private boolean workOff(UUID id) {
    try {
      return writes
          .runOwn(transaction -> stop(transaction, id), LeakWorker::cause)
          .map(LeakWorker::warned)
          .isPresent();
    } catch (ApiException unavailable) {
      throw unavailable;
    } catch (RuntimeException failure) {
      LOG.error("the leak report {} cannot be worked off; it is tried again", id, failure);
      transactions.change(connection -> LeakReports.failed(connection, id));
      return false;
    }
  }

  /** A report that was worked off, and the key that was stopped by it, if any. */
  private record Done(LeakReport report, Optional<StoredKey> stopped) {}

  private static KeyWrites.Cause cause(Optional<Done> done) {
    return done.map(Done::report)
        .map(report -> new KeyWrites.Cause(report.action(), report.reporter(), report.remarks()))
        .orElseGet(() -> KeyWrites.Cause.own("LeakService.ReportLeakedKey"));
  }

  private Optional<Done> stop(KeyTransaction transaction, UUID id) {
    return LeakReports.take(transaction.connection(), id)
        .map(report -> new Done(report, stop(transaction, report)));
  }

  private Optional<StoredKey> stop(KeyTransaction transaction, LeakReport report) {
    return transaction
        .lock(report.hash())
        .filter(key -> key.stored() != Validity.Switch.REVOKED)
        .map(key -> transaction.update(stopped(transaction, key, report)));
  }

  private StoredKey stopped(KeyTransaction transaction, StoredKey key, LeakReport report) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (report.held()) {
      return key.change(now)
          .revoked(
              report.note().isEmpty()
                  ? StoredKey.Revocation.Reason.UNUSED
                  : StoredKey.Revocation.Reason.OTHER,
              report.note())
          .build();
    }
    List<UUID> lineage = key.binding().lineage();
    return LeakPolicies.disables(transaction.connection(), lineage)
        ? key.change(now).disabled().build()
        : key.change(now).revoked(StoredKey.Revocation.Reason.COMPROMISED, report.note()).build();
  }

  private static Done warned(Done done) {
    done.stopped()
        .filter(key -> key.binding().nodeId().isEmpty())
        .ifPresent(
            key ->
                LOG.error(
                    "the platform's key \"{}\" ({}) is revoked by {}. Restart key-service: at start"
                        + " it makes a new key for each role that has none, in LATCHKEY_SECRETS_DIR;"
                        + " then restart the service that uses it. Where"
                        + " LATCHKEY_OPERATOR_KEY_SHA256 is set, give it the hash of another key"
                        + " first",
                    key.name(),
                    key.id(),
                    done.report().action()));
    return done;
  }

  @PreDestroy
  void stop() {
    task.close();
    thread.close();
  }
}
