package dev.latchkey.keys.limits;

import dev.latchkey.keys.KeyServiceSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** The limiter of this node. */
@Factory
final class LimiterFactory {
  /** However few keys are kept: each may have several limits, and each node shared ones. */
  private static final long COUNTERS_PER_KEY = 2;

  @Singleton
  RateLimiter limiter(KeyServiceSettings settings, MeterRegistry registry) {
    LocalRateLimiter limiter =
        new LocalRateLimiter(NanoTime.SYSTEM, COUNTERS_PER_KEY * settings.cachedKeys());
    registry.gauge("latchkey.limits.counted", limiter, LocalRateLimiter::size);
    return limiter;
  }
}
