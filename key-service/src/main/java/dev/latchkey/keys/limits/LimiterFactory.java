package dev.latchkey.keys.limits;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.kit.tls.Tls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** The limiter of this node. */
@Factory
final class LimiterFactory {
  /** However few keys are kept: each may have several limits, and each node shared ones. */
  private static final long COUNTERS_PER_KEY = 2;

  @Singleton
  @Bean(preDestroy = "close")
  RateLimiter limiter(KeyServiceSettings settings, Tls tls, MeterRegistry registry) {
    long counters = COUNTERS_PER_KEY * settings.cachedKeys();
    LocalRateLimiter local = new LocalRateLimiter(NanoTime.SYSTEM, counters);
    registry.gauge("latchkey.limits.counted", local, LocalRateLimiter::size);
    return settings
        .redis()
        .address()
        .<RateLimiter>map(
            address ->
                RedisLimits.open(
                    address,
                    tls.clientTls(),
                    settings.redis().timeout(),
                    local,
                    counters,
                    registry))
        .orElse(local);
  }
}
