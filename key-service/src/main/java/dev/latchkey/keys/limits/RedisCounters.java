package dev.latchkey.keys.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchkey.kit.limits.RateLimit;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.RedisApi;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * The counters in Redis that this node draws from, each a bucket of bucket4j's. A definition of a
 * limit has its own bucket, so that nodes which learn of a change at different moments do not
 * disturb each other. Safe for use by many threads.
 */
final class RedisCounters {
  private static final String PREFIX = "latchkey:";
  private static final Duration KEPT_UNUSED = Duration.ofHours(1);

  private final AsyncProxyManager<String> buckets;
  private final RedisClock clock;
  private final NanoTime time;
  private final Cache<Counted, RedisCounter> counters;

  /** A limit and where it is counted: with another amount it is another counter. */
  private record Counted(AppliedLimit place, RateLimit limit) {}

  RedisCounters(RedisApi<String> redis, RedisClock clock, NanoTime time, long most) {
    this.clock = clock;
    this.time = time;
    this.buckets =
        new Bucket4jLettuce.LettuceBasedProxyManagerBuilder<>(redis)
            .clientClock(clock)
            .expirationAfterWrite(new RestOfRound())
            .build()
            .asAsync();
    this.counters =
        Caffeine.newBuilder()
            .maximumSize(most)
            .ticker(time::now)
            .expireAfterAccess(KEPT_UNUSED)
            .build();
  }

  RedisCounter of(AppliedLimit limit) {
    return counters.get(new Counted(limit, limit.limit()), counted -> make(limit));
  }

  List<RedisCounter> of(List<AppliedLimit> limits) {
    return limits.stream().map(this::of).toList();
  }

  /** Begins anew with every counter: what Redis has not answered until now holds nobody up. */
  void renew() {
    counters.asMap().values().forEach(RedisCounter::renew);
  }

  private RedisCounter make(AppliedLimit applied) {
    BucketConfiguration configuration =
        BucketConfiguration.builder().addLimit(bandwidth(applied.limit())).build();
    return new RedisCounter(
        applied.limit(),
        () ->
            buckets
                .builder()
                .withOptimization(Optimizations.batching())
                .build(key(applied), () -> CompletableFuture.completedFuture(configuration)),
        clock,
        time);
  }

  /** The key of a counter in Redis. */
  static String key(AppliedLimit applied) {
    RateLimit limit = applied.limit();
    return PREFIX
        + applied.scope().name().toLowerCase(Locale.ROOT)
        + ":"
        + applied.id()
        + ":"
        + limit.name()
        + ":"
        + limit.amount()
        + "/"
        + limit.window().toMillis()
        + "/"
        + limit.burst();
  }

  /**
   * A window is an interval of which Redis keeps just the first: when it ends, its key expires, and
   * the next call makes the next.
   */
  private static Bandwidth bandwidth(RateLimit limit) {
    return limit.burst() > 0
        ? Bandwidth.builder()
            .capacity(limit.burst())
            .refillGreedy(limit.amount(), limit.window())
            .build()
        : Bandwidth.builder()
            .capacity(limit.amount())
            .refillIntervally(limit.amount(), limit.window())
            .build();
  }
}
