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

  /** Null once it is not kept any more. */
  private volatile @Nullable LocalRateLimiter home;

  private volatile Round round;
  private volatile long lookedUp;

  /**
   * @param home where it is kept
   */
  Counter(RateLimit limit, LocalRateLimiter home, NanoTime time) {
    this.home = home;
    this.round = Round.first(limit, time);
  }

  /** Whether it is kept there still, and was looked up there not longer ago than this. */
  @SuppressWarnings("ReferenceEquality") // Limiters are told apart by identity.
  boolean isFresh(LocalRateLimiter limiter, long now, long nanos) {
    return home == limiter && now - lookedUp < nanos;
  }

  void lookedUp(long now) {
    lookedUp = now;
  }

  /** It is not kept any more. */
  void forget() {
    home = null;
  }

  /** The round that a call at this moment draws from. */
  Round current(RateLimit limit, long now) {
    while (true) {
      Round present = round;
      if (present.isRetired() || !present.counts(limit)) {
        change(limit);
      } else if (present.isOver(now)) {
        // Of those who find the window over, one begins the next.
        ROUND.compareAndSet(this, present, Round.first(limit, present.time()));
      } else {
        return present;
      }
    }
  }

  /** Goes over to a limit that was changed, with as much used as before. */
  private synchronized void change(RateLimit limit) {
    Round present = round;
    if (!present.counts(limit)) {
      NanoTime time = present.time();
      round = present.isOver(time.now()) ? Round.first(limit, time) : present.changedTo(limit);
    }
  }

  /** Goes on with a round that was counted elsewhere. */
  synchronized void goOnFrom(Round elsewhere) {
    round = elsewhere;
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
