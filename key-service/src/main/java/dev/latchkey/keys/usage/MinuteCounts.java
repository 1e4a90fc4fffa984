package dev.latchkey.keys.usage;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What was decided on one key in one minute since the last flush. A flush seals it: each counter is
 * taken and made negative in one step, so a decision either is in what was taken or sees that it
 * came too late and counts elsewhere. Once all is taken it may be opened for another minute.
 * Allowed requests have a field of their own: every key has them, and few have any other. Safe for
 * use by many threads.
 */
final class MinuteCounts extends AddressCounts {
  private static final long SEALED = Long.MIN_VALUE;
  private static final AtomicLongFieldUpdater<MinuteCounts> ALLOWED =
      AtomicLongFieldUpdater.newUpdater(MinuteCounts.class, "allowed");

  /** For those that were sealed without a denial: whoever comes late sees it here. */
  private static final AtomicLongArray NO_MORE = sealedDenials();

  /** Open, then sealed while it is being taken, then taken, then perhaps open again. */
  private enum State {
    OPEN,
    SEALED,
    TAKEN
  }

  private final KeyMeter meter;
  private volatile int minute;
  private volatile State state = State.OPEN;

  @SuppressWarnings("UnusedVariable") // Counted by its updater.
  private volatile long allowed;

  /** By outcome; none before the first denial. */
  private volatile @Nullable AtomicLongArray denied;

  /** The counts of this key before these. Guarded by the meter. */
  private @Nullable MinuteCounts before;

  /** The next in the list of all that are open. Of {@link UsageMeters}. */
  @Nullable MinuteCounts next;

  MinuteCounts(KeyMeter meter, int minute) {
    this.meter = meter;
    this.minute = minute;
  }

  /** Looks at what a count looks at. */
  long fetch() {
    return allowed + fetchAddress();
  }

  KeyMeter meter() {
    return meter;
  }

  /** Minutes since the epoch. */
  int minute() {
    return minute;
  }

  /** Whether it counts. */
  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Comes after other counts of its key, and keeps only these. With the meter's lock. */
  void follow(@Nullable MinuteCounts last) {
    before = last;
    if (last != null) {
      last.before = null;
    }
  }

  /**
   * Opens these counts for another minute, or else those before, if all was taken of them. With the
   * meter's lock.
   *
   * @return those that were opened; null if none could be
   */
  @Nullable MinuteCounts openAgain(int another) {
    if (open(another)) {
      return this;
    }
    return before != null && before.open(another) ? before : null;
  }

  private boolean open(int another) {
    if (state != State.TAKEN || !openAddresses()) {
      return false;
    }
    minute = another;
    denied = null;
    ALLOWED.set(this, 0);
    state = State.OPEN;
    return true;
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
    state = State.SEALED;
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

  /** Ends the taking: what was counted is of no use any more. */
  void taken() {
    state = State.TAKEN;
  }

  /** Those there are; where there are none, which is null, there will be none. */
  private synchronized @Nullable AtomicLongArray lastDenials() {
    AtomicLongArray present = denied;
    if (present == null) {
      denied = NO_MORE;
    }
    return present;
  }

  private static AtomicLongArray sealedDenials() {
    long[] sealed = new long[Outcomes.COUNT];
    Arrays.fill(sealed, SEALED);
    return new AtomicLongArray(sealed);
  }
}
