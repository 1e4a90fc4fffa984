package dev.latchkey.keys.credits;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What this node holds of an account, and may give out without asking. Once ended it gives nothing
 * more, for good: whoever ends it has what was left. Safe for use by many threads, without a lock.
 */
final class Lease {
  /** Returned for a cost that finds too little. */
  static final long LACKS = -1;

  private static final long ENDED = -1;

  private final long epoch;
  private final long endMillis;
  private final AtomicLong left;

  /**
   * @param endMillis when the account is filled up, and this is void; {@link Long#MAX_VALUE} for
   *     never
   */
  Lease(long epoch, long endMillis, long left) {
    this.epoch = epoch;
    this.endMillis = endMillis;
    this.left = new AtomicLong(left);
  }

  long epoch() {
    return epoch;
  }

  boolean isOverAt(long now) {
    return now >= endMillis;
  }

  /** Takes a cost; what is left then, or {@link #LACKS}. */
  long tryTake(long cost) {
    while (true) {
      long present = left.get();
      if (present < cost) {
        return LACKS;
      }
      if (left.compareAndSet(present, present - cost)) {
        return present - cost;
      }
    }
  }

  /** Adds to it; false if it has ended. */
  boolean add(long amount) {
    while (true) {
      long present = left.get();
      if (present == ENDED) {
        return false;
      }
      if (left.compareAndSet(present, present + amount)) {
        return true;
      }
    }
  }

  /** Ends it, and hands over what was left. */
  long end() {
    return Math.max(0, left.getAndSet(ENDED));
  }

  long left() {
    return Math.max(0, left.get());
  }
}
