package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What was taken from one limit at the place where it is counted. Taking is lock-free; only a
 * change of the limit itself, which keeps what was used, takes a lock.
 */
final class Counter {
  private final NanoTime time;
  private final AtomicReference<Round> round;

  Counter(RateLimit limit, NanoTime time) {
    this.time = time;
    this.round = new AtomicReference<>(Round.first(limit, time));
  }

  /** The round that a call at this moment draws from. */
  Round current(RateLimit limit) {
    while (true) {
      Round present = round.get();
      if (present.isRetired() || !present.counts(limit)) {
        change(limit);
      } else if (present.isOver()) {
        // Of those who find the window over, one begins the next.
        round.compareAndSet(present, Round.first(limit, time));
      } else {
        return present;
      }
    }
  }

  /** Goes over to a limit that was changed, with as much used as before. */
  private synchronized void change(RateLimit limit) {
    Round present = round.get();
    if (!present.counts(limit)) {
      round.set(present.isOver() ? Round.first(limit, time) : present.changedTo(limit));
    }
  }

  /** Goes on with a round that was counted elsewhere. */
  synchronized void goOnFrom(Round elsewhere) {
    round.set(elsewhere);
  }

  /** How much was used of the present round, as far as that still matters. */
  long used(RateLimit limit) {
    Round present = round.get();
    return present.counts(limit) && !present.isOver() ? present.used() : 0;
  }

  /** How long nobody may have drawn from it before it means nothing any more. */
  long lifetimeNanos() {
    return round.get().lifetimeNanos();
  }
}
