package dev.latchkey.keys.usage;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What was decided on one key in one minute since the last flush. A flush seals it: each counter is
 * taken and made negative in one step, so a decision either is in what was taken or sees that it
 * came too late and counts elsewhere. Allowed requests have a field of their own: every key has
 * them, and few have any other. Safe for use by many threads.
 */
final class MinuteCounts extends AddressCounts {
  private static final long SEALED = Long.MIN_VALUE;
  private static final AtomicLongFieldUpdater<MinuteCounts> ALLOWED =
      AtomicLongFieldUpdater.newUpdater(MinuteCounts.class, "allowed");

  /** For those that were sealed without a denial: whoever comes late sees it here. */
  private static final AtomicLongArray NO_MORE = sealed();

  private final KeyMeter meter;
  private final long minute;

  @SuppressWarnings("UnusedVariable") // Counted by its updater.
  private volatile long allowed;

  /** By outcome; none before the first denial. */
  private volatile @Nullable AtomicLongArray denied;

  MinuteCounts(KeyMeter meter, long minute) {
    this.meter = meter;
    this.minute = minute;
  }

  KeyMeter meter() {
    return meter;
  }

  /** Minutes since the epoch. */
  long minute() {
    return minute;
  }

  /** Counts an outcome; false if it is too late for that. */
  boolean add(int outcome) {
    return outcome == Outcomes.ALLOWED
        ? ALLOWED.getAndIncrement(this) >= 0
        : denials().getAndIncrement(outcome) >= 0;
  }

  private AtomicLongArray denials() {
    AtomicLongArray present = denied;
    return present == null ? firstDenials() : present;
  }

  private synchronized AtomicLongArray firstDenials() {
    AtomicLongArray present = denied;
    if (present == null) {
      present = new AtomicLongArray(Outcomes.COUNT);
      denied = present;
    }
    return present;
  }

  /** Ends counting, and gives what was counted by outcome. */
  long[] sealOutcomes() {
    long[] taken = new long[Outcomes.COUNT];
    AtomicLongArray denials = lastDenials();
    if (denials != null) {
      for (int outcome = 0; outcome < taken.length; outcome++) {
        taken[outcome] = denials.getAndSet(outcome, SEALED);
      }
    }
    taken[Outcomes.ALLOWED] = ALLOWED.getAndSet(this, SEALED);
    return taken;
  }

  /** Those there are; where there are none, which is null, there will be none. */
  private synchronized @Nullable AtomicLongArray lastDenials() {
    AtomicLongArray present = denied;
    if (present == null) {
      denied = NO_MORE;
    }
    return present;
  }

  private static AtomicLongArray sealed() {
    long[] sealed = new long[Outcomes.COUNT];
    Arrays.fill(sealed, SEALED);
    return new AtomicLongArray(sealed);
  }
}
