package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What was taken from one limit at the place where it is counted. Taking is lock-free; only a
 * change of the limit itself, which keeps what was used, takes a lock.
 */
final class Counter {
  private static final AtomicReferenceFieldUpdater<Counter, Round> ROUND =
      AtomicReferenceFieldUpdater.newUpdater(Counter.class, Round.class, "round");

  private volatile Round round;
  private volatile boolean forgotten;

  Counter(RateLimit limit, NanoTime time) {
    this.round = Round.first(limit, time);
  }

  /** It is not kept any more: whoever remembers its round must look for another. */
  synchronized void forget() {
    forgotten = true;
    // After that nobody is given a round, so this one was the last.
    round.retire();
  }

  /** The round that a call at this moment draws from; null if this is not kept any more. */
  @Nullable Round current(RateLimit limit, long now) {
    while (!forgotten) {
      Round present = round;
      if (present.isRetired() || !present.counts(limit)) {
        change(limit);
      } else if (present.isOver(now)) {
        // Of those who find the window over, one begins the next.
        ROUND.compareAndSet(this, present, Round.first(limit, present.time()));
      } else if (!forgotten) {
        return present;
      }
    }
    return null;
  }

  /** Goes over to a limit that was changed, with as much used as before. */
  private synchronized void change(RateLimit limit) {
    Round present = round;
    if (!forgotten && !present.counts(limit)) {
      NanoTime time = present.time();
      round = present.isOver(time.now()) ? Round.first(limit, time) : present.changedTo(limit);
    }
  }

  /** Goes on with a round that was counted elsewhere, whatever was counted here. */
  synchronized void goOnFrom(Round elsewhere) {
    Round present = round;
    round = elsewhere;
    present.retire();
  }

  /** How much was used of the present round, as far as that still matters. */
  long used(RateLimit limit) {
    Round present = round;
    return present.counts(limit) && !present.isOver(present.time().now()) ? present.used() : 0;
  }

  /** How long nobody may have drawn from it before it means nothing any more. */
  long lifetimeNanos() {
    return round.lifetimeNanos();
  }
}
