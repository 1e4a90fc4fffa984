package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limit that holds for a key, and where it is counted. Remembers its counter in the memory of
 * this node, so that a draw needs no look-up; see {@link LocalRateLimiter}. Two are equal if they
 * are the same limit counted at the same place. Safe for use by many threads.
 */
public final class AppliedLimit {
  private final RateLimit limit;
  private final CounterId counter;
  private volatile @Nullable Counter last;

  AppliedLimit(RateLimit limit, CounterId counter) {
    this.limit = limit;
    this.counter = counter;
  }

  public RateLimit limit() {
    return limit;
  }

  CounterId counter() {
    return counter;
  }

  /** The counter last drawn from; it may be forgotten since, or another limiter's. */
  @Nullable Counter last() {
    return last;
  }

  void drawnFrom(Counter drawn) {
    last = drawn;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AppliedLimit applied
        && applied.limit.equals(limit)
        && applied.counter.equals(counter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(limit, counter);
  }

  @Override
  public String toString() {
    return limit + " counted by " + counter;
  }
}
