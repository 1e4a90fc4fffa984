package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * One window of a limit: so much, and nothing comes back until it is over. One number, for most
 * limits are of this kind and most keys have one: docs/benchmarks.md tells what a general bucket
 * cost here.
 */
final class WindowRound extends Round {
  /** What is left once the round gives nothing more: less than any use makes of it. */
  private static final long RETIRED = Long.MIN_VALUE;

  /** Above what is left after anything was given back to a retired round, below all else. */
  private static final long LEAST = Long.MIN_VALUE / 2;

  private static final AtomicLongFieldUpdater<WindowRound> LEFT =
      AtomicLongFieldUpdater.newUpdater(WindowRound.class, "left");

  private final long start;

  /** Below zero if more was used before the limit was lowered. */
  private volatile long left;

  WindowRound(RateLimit limit, NanoTime time, long start, long used) {
    super(limit, time);
    this.start = start;
    this.left = limit.amount() - used;
  }

  @Override
  long retire() {
    return capacity() - LEFT.getAndSet(this, RETIRED);
  }

  @Override
  long start() {
    return start;
  }

  @Override
  boolean isRetired() {
    return left < LEAST;
  }

  @Override
  boolean isOver(long now) {
    return now - start >= lifetimeNanos();
  }

  @Override
  long used() {
    return isRetired() ? capacity() : capacity() - left;
  }

  @Override
  long tryTake(long cost) {
    long seen = left;
    while (seen >= cost) {
      if (LEFT.compareAndSet(this, seen, seen - cost)) {
        return seen - cost;
      }
      seen = left;
    }
    return REFUSED;
  }

  @Override
  void giveBack(long cost) {
    LEFT.getAndAdd(this, cost);
  }

  @Override
  LimitReading reading() {
    return LimitReading.of(limit(), Math.max(0, left), untilEnd(time().now()));
  }

  @Override
  long resetNanos(long remaining, long now) {
    return untilEnd(now);
  }

  @Override
  long waitNanos(long cost) {
    return left >= cost ? 0 : untilEnd(time().now());
  }

  /** A round may have begun after the moment: a call that begins one looked at the time before. */
  private long untilEnd(long now) {
    long window = lifetimeNanos();
    return Math.clamp(window - (now - start), 0, window);
  }

  @Override
  long lifetimeNanos() {
    return limit().window().toNanos();
  }
}
