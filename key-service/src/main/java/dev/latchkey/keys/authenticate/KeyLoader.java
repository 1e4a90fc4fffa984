package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.authenticate.LookupMetrics.Outcome;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.kit.errors.ApiException;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks keys up on threads of its own: whatever is waiting together is one query. One thread reads;
 * another helps where more is waiting than it takes at once, or the database keeps it waiting: so
 * queries are few and large, and a slow one does not hold up those who come after it. A flood of
 * unknown keys costs no more than these two can ask, and half of the database's connections are
 * left to others; while most of what is asked for is no key, it waits together for a moment first,
 * for the processors' time that each query takes is taken from those who have one. Safe for use by
 * many threads.
 */
@Singleton
class KeyLoader {
  /** Read in a fraction of a second: who would wait longer is refused at once. */
  static final int MOST_WAITING = 5_000;

  private static final int LARGEST_BATCH = 100;

  /** Of this many connections for look-ups, the helper may have one. */
  private static final int ENOUGH_FOR_HELP = 4;

  /** A query that takes longer is slow. */
  private static final long SLOW_NANOS = Duration.ofMillis(10).toNanos();

  /** From one query to the next, while most of what is asked for is no key. */
  private static final long PACE_NANOS = Duration.ofMillis(10).toNanos();

  private final KeyReader reader;
  private final TrustWindow trust;
  private final LookupMetrics metrics;
  private final BlockingQueue<Wanted> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread first = Thread.ofVirtual().name("key-reader").unstarted(this::readAll);
  private final Thread helper = Thread.ofVirtual().name("key-reader-help").unstarted(this::help);
  private final ExecutorService finders;
  private final boolean mayHelp;

  /** When the first reader began the query it is at, by {@link System#nanoTime}; 0 for none. */
  private volatile long readingSince;

  /** A look-up, and who waits for it. */
  interface Wanted {
    KeyHash hash();

    /** Whether nobody waits for it any more. */
    boolean isOver();

    void complete(Lookup.Read read);

    void fail(Throwable failure);
  }

  KeyLoader(
      KeyReader reader, TrustWindow trust, LookupMetrics metrics, KeyServiceSettings settings) {
    this.reader = reader;
    this.trust = trust;
    this.metrics = metrics;
    int connections = settings.database().poolSize() / 2;
    this.mayHelp = connections >= ENOUGH_FOR_HELP;
    int others = Math.max(1, connections - (mayHelp ? 2 : 1));
    this.finders =
        new ThreadPoolExecutor(
            others,
            others,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofVirtual().name("key-finder-", 0).factory());
  }

  @PostConstruct
  void start() {
    first.start();
    if (mayHelp) {
      helper.start();
    }
  }

  /** Whether it is worth a try: the database can be asked, or something that speaks for it. */
  boolean canLoad() {
    return trust.mayAsk() || reader.canReadWithoutPrimary();
  }

  /** Looks a key up; refuses with {@code OVERLOADED} if too many are waiting. Does not wait. */
  void load(Wanted wanted) {
    if (!waiting.offer(wanted)) {
      refuse(wanted);
    } else if (mayHelp && needsHelp()) {
      LockSupport.unpark(helper);
    }
  }

  private boolean needsHelp() {
    long since = readingSince;
    return waiting.size() >= LARGEST_BATCH
        || (since != 0 && System.nanoTime() - since >= SLOW_NANOS);
  }

  private void refuse(Wanted wanted) {
    metrics.count(Outcome.OVERLOADED);
    wanted.fail(ApiException.overloaded());
  }

  private void readAll() {
    List<Wanted> batch = new ArrayList<>(LARGEST_BATCH);
    long next = System.nanoTime();
    try {
      while (true) {
        batch.add(waiting.take());
        TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        waiting.drainTo(batch, LARGEST_BATCH - 1);
        long began = System.nanoTime();
        readingSince = began | 1;
        next = readWanted(batch) ? began + PACE_NANOS : began;
        readingSince = 0;
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void help() {
    List<Wanted> batch = new ArrayList<>(LARGEST_BATCH);
    while (!Thread.currentThread().isInterrupted()) {
      if (needsHelp() && waiting.drainTo(batch, LARGEST_BATCH) > 0) {
        boolean _ = readWanted(batch);
      } else {
        LockSupport.park(this);
      }
    }
  }

  /** Reads what is still wanted; tells whether it was read and most of it is no key. */
  private boolean readWanted(List<Wanted> batch) {
    batch.removeIf(this::isOver);
    boolean mostUnknown = !batch.isEmpty() && read(batch);
    batch.clear();
    return mostUnknown;
  }

  private boolean isOver(Wanted wanted) {
    if (wanted.isOver()) {
      metrics.count(Outcome.DROPPED);
      return true;
    }
    return false;
  }

  private boolean read(List<Wanted> batch) {
    long readAt = trust.now();
    Map<KeyHash, KeyReader.Stored> stored;
    try {
      metrics.query();
      stored = reader.read(batch.stream().map(Wanted::hash).toList());
    } catch (RuntimeException | Error failure) {
      failed(batch, failure);
      return false;
    }
    trust.answered();
    for (Wanted wanted : batch) {
      KeyReader.Stored key = stored.get(wanted.hash());
      if (key != null) {
        find(wanted, key, readAt);
      } else {
        metrics.count(Outcome.UNKNOWN);
        wanted.complete(new Lookup.Unknown(readAt));
      }
    }
    return stored.size() * 2 < batch.size();
  }

  private void failed(List<Wanted> batch, Throwable failure) {
    if (TrustWindow.isOutage(failure)) {
      trust.failed();
    } else if (batch.size() > 1) {
      // One row that cannot be read must not keep the others from being read.
      for (Wanted wanted : batch) {
        boolean _ = read(List.of(wanted));
      }
      return;
    }
    batch.forEach(wanted -> fail(wanted, failure));
  }

  /** On another thread: the tenancy of a key may have to be read too. */
  private void find(Wanted wanted, KeyReader.Stored stored, long readAt) {
    try {
      finders.execute(
          () -> {
            try {
              wanted.complete(reader.found(stored, readAt));
              metrics.count(Outcome.FOUND);
            } catch (RuntimeException | Error failure) {
              fail(wanted, failure);
            }
          });
    } catch (RejectedExecutionException full) {
      refuse(wanted);
    }
  }

  private void fail(Wanted wanted, Throwable failure) {
    metrics.count(Outcome.FAILED);
    wanted.fail(failure);
  }

  @PreDestroy
  void stop() {
    first.interrupt();
    helper.interrupt();
    finders.shutdownNow();
  }
}
