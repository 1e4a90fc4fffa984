package dev.latchkey.keys.usage;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.PeriodicTask;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was counted, every few seconds and once more when the service ends, after its last
 * call. A batch that fails stays and is tried again; meanwhile the buffer takes what is counted.
 * Where so many keys are in use that writing takes its time, it rests longer: it costs the same for
 * each of them however much it was used.
 */
@Context
public class UsageFlusher {
  private static final Logger LOG = LoggerFactory.getLogger(UsageFlusher.class);

  /** How many keys and minutes one transaction writes. */
  private static final int LARGEST_BATCH = 10_000;

  /** How many keys and minutes wait at most while the database is away. */
  static final int MOST_WAITING = 300_000;

  /** Up to so many keys and minutes are written at every interval. */
  static final int FEW = 1_000;

  /** After more of them it rests so many times as long as writing them took. */
  private static final int RESTS = 29;

  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  /** With more than this many keys and minutes it does not rest: there must be room for as many. */
  private static final int MOST_RESTING = MOST_WAITING / 2;

  /** A pool that lost its server may hand out a dead connection or two before it notices. */
  private static final int LAST_ATTEMPTS = 3;

  private final UsageMeters meters;
  private final UsageWriter writer;
  private final InstantSource clock;
  private final UsageBuffer buffer;
  private final PeriodicTask task;

  /** The batch that is on its way, until it is known to be written. */
  private @Nullable UsageBatch batch;

  private long sequence;

  /** Until when it rests, by {@link System#nanoTime}. Of the task's thread. */
  private long restUntil = System.nanoTime();

  private volatile long waiting;
  private volatile long dropped;

  UsageFlusher(
      UsageMeters meters,
      Transactions transactions,
      UsageSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    this.meters = meters;
    this.writer = new UsageWriter(transactions, UUID.randomUUID());
    this.clock = clock;
    this.buffer = new UsageBuffer(MOST_WAITING);
    metrics.gauge("latchkey.usage.waiting", this, flusher -> flusher.waiting);
    metrics.gauge("latchkey.usage.counting", meters, UsageMeters::counting);
    metrics.gauge("latchkey.usage.kept", meters, UsageMeters::kept);
    FunctionCounter.builder("latchkey.usage.dropped", this, flusher -> flusher.dropped)
        .description("Decisions that usage does not count, for too much waited to be written")
        .register(metrics);
    this.task =
        PeriodicTask.start("usage-flush", settings.flushInterval(), this::flushUnlessResting);
  }

  private void flushUnlessResting() {
    long start = System.nanoTime();
    if (start - restUntil < 0 && meters.counting() <= MOST_RESTING) {
      meters.forgetUnused();
      return;
    }
    long written = writeAll();
    long end = System.nanoTime();
    restUntil = end + rest(written, Duration.ofNanos(end - start)).toNanos();
  }

  /** Takes what was counted into the buffer, where it is added up by key and minute and bounded. */
  private void takeIn() {
    meters.drain(buffer::add);
    buffer.limit();
    dropped = buffer.dropped();
  }

  /** How long to write nothing after so many keys and minutes, which took so long. */
  static Duration rest(long written, Duration took) {
    if (written <= FEW) {
      return Duration.ZERO;
    }
    Duration rest = took.multipliedBy(RESTS);
    return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
  }

  /**
   * Writes all that was counted before the call. Throws if the database cannot take it; nothing is
   * lost then.
   */
  public void flush() {
    var _ = writeAll();
  }

  /** The same; tells how many keys and minutes were written. */
  private synchronized long writeAll() {
    long written = 0;
    takeIn();
    UsageBatch next = batch == null ? nextBatch() : batch;
    while (next != null) {
      batch = next;
      waiting = (long) buffer.size() + next.tallies().size();
      writer.write(next, clock.instant());
      written += next.tallies().size();
      batch = null;
      waiting = buffer.size();
      next = nextBatch();
    }
    return written;
  }

  private @Nullable UsageBatch nextBatch() {
    List<Tally> tallies = buffer.take(LARGEST_BATCH);
    return tallies.isEmpty() ? null : new UsageBatch(++sequence, tallies);
  }

  @PreDestroy
  void close() {
    task.close();
    for (int left = LAST_ATTEMPTS; left > 0; left--) {
      try {
        flush();
        return;
      } catch (RuntimeException failure) {
        if (left == 1) {
          LOG.error("the last counts of usage are lost: {} keys and minutes", waiting, failure);
        }
      }
    }
  }
}
