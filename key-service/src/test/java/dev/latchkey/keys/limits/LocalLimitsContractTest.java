package dev.latchkey.keys.limits;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The limiter of one node. */
final class LocalLimitsContractTest extends RateLimiterContract {
  private final AtomicLong time = new AtomicLong();
  private final LocalRateLimiter limiter = new LocalRateLimiter(time::get, 1_000);

  @Override
  RateLimiter limiter() {
    return limiter;
  }

  @Override
  void advance(Duration by) {
    time.addAndGet(by.toNanos());
  }
}
