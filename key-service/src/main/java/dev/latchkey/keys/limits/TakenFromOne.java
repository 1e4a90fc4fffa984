package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;

/**
 * What was taken from the round of a single limit, and how the limit stood after it: one object for
 * both, for nearly every decision makes one.
 */
record TakenFromOne(Round round, long cost, long remaining, long resetNanos)
    implements RateLimiter.Draw.Taken, LimitReading {
  @Override
  public RateLimit limit() {
    return round.limit();
  }

  @Override
  public int count() {
    return 1;
  }

  @Override
  public LimitReading reading(int index) {
    return this;
  }

  @Override
  public void giveBack() {
    round.giveBack(cost);
  }
}
