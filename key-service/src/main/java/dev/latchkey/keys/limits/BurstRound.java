package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;

/** A limit with burst: a bucket that is filled up all the time, and is never over. */
final class BurstRound extends Round {
  private final long start;
  private final Bucket bucket;
  private volatile boolean retired;

  BurstRound(RateLimit limit, NanoTime time, long start, long used) {
    super(limit, time);
    this.start = start;
    this.bucket =
        Bucket.builder()
            .addLimit(
                Bandwidth.builder()
                    .capacity(limit.burst())
                    .refillGreedy(limit.amount(), limit.window())
                    .initialTokens(Math.max(0, limit.burst() - used))
                    .build())
            .withCustomTimePrecision(meter(time))
            .build();
  }

  private static TimeMeter meter(NanoTime time) {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return time.now();
      }

      @Override
      public boolean isWallClockBased() {
        return false;
      }
    };
  }

  @Override
  long retire() {
    retired = true;
    return capacity() - bucket.tryConsumeAsMuchAsPossible();
  }

  @Override
  long start() {
    return start;
  }

  @Override
  boolean isRetired() {
    return retired;
  }

  @Override
  boolean isOver(long now) {
    return false;
  }

  @Override
  long used() {
    return capacity() - bucket.getAvailableTokens();
  }

  @Override
  long tryTake(long cost) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(cost);
    return probe.isConsumed() ? probe.getRemainingTokens() : REFUSED;
  }

  @Override
  void giveBack(long cost) {
    bucket.addTokens(cost);
  }

  @Override
  LimitReading reading() {
    long remaining = bucket.getAvailableTokens();
    return LimitReading.of(limit(), remaining, untilFull(remaining));
  }

  @Override
  long resetNanos(long remaining, long now) {
    return untilFull(remaining);
  }

  private long untilFull(long remaining) {
    return nanosToFill(limit(), capacity() - remaining);
  }

  @Override
  long waitNanos(long cost) {
    return bucket.estimateAbilityToConsume(cost).getNanosToWaitForRefill();
  }

  @Override
  long lifetimeNanos() {
    return Math.max(limit().window().toNanos(), nanosToFill(limit(), capacity()));
  }
}
