package dev.latchkey.keys.usage;

import dev.latchkey.keys.decision.Decision;
import dev.latchkey.kit.net.Address;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Counts the decisions on a key in memory, each exactly once; see {@link UsageMeters}. Safe for use
 * by many threads. The first decision of a minute, and the first after each flush, takes the key's
 * own lock; no other does.
 *
 * <p>A key that goes on being used takes turns with two objects of counters, and makes no others:
 * new ones for 10,000 keys every minute cost each collection of garbage milliseconds.
 */
public abstract class KeyMeter {
  private static final long MINUTE_MILLIS = 60_000;

  private final UsageMeters meters;
  private volatile @Nullable MinuteCounts current;

  /**
   * @param meters where it is counted
   */
  protected KeyMeter(UsageMeters meters) {
    this.meters = meters;
  }

  /** The key's id. */
  protected abstract UUID id();

  /** The ids of the key's node and of all above it, which never change. */
  protected abstract List<UUID> lineage();

  /**
   * Counts a decision on the key. One that is made while its minute's counts are taken away may
   * count for the minute after.
   *
   * @param client where the request came from; null where that is not known
   * @param now milliseconds since the epoch
   */
  public final void count(Decision decision, @Nullable Address client, long now) {
    int minute = Math.toIntExact(Math.floorDiv(now, MINUTE_MILLIS));
    int outcome = Outcomes.of(decision);
    MinuteCounts counts = current;
    if (counts == null || counts.minute() != minute) {
      counts = open(minute);
    }
    while (!counts.add(outcome)) {
      counts = open(minute);
    }
    if (client != null) {
      while (!counts.add(client)) {
        counts = open(minute);
      }
    }
  }

  /**
   * Looks at what a count looks at, so that the processor has it at hand by then.
   *
   * @return a number that says nothing
   */
  protected final long fetchCounts() {
    MinuteCounts counts = current;
    return counts == null ? 0 : counts.fetch();
  }

  /** Whether nothing was counted on it since what it had counted was last taken. */
  public final boolean isIdle() {
    MinuteCounts counts = current;
    return counts == null || !counts.isOpen();
  }

  /** Keeps counts no longer that nobody has counted on since they were taken. */
  final synchronized void forget(MinuteCounts taken) {
    if (taken.equals(current) && !taken.isOpen()) {
      current = null;
    }
  }

  /** Counts that are open for a minute: those there are, or those of before, or new ones. */
  private synchronized MinuteCounts open(int minute) {
    MinuteCounts present = current;
    if (present != null && present.minute() == minute && present.isOpen()) {
      return present;
    }
    MinuteCounts next = present == null ? null : present.openAgain(minute);
    if (next == null) {
      next = new MinuteCounts(this, minute);
    }
    if (!next.equals(present)) {
      next.follow(present);
      current = next;
    }
    meters.add(next);
    return next;
  }
}
