package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One counter in Redis. What this node asks of it at once goes there in one batch. Safe for use by
 * many threads.
 */
final class RedisCounter {
  private final RateLimit limit;
  private final AsyncBucketProxy bucket;
  private final RedisClock clock;
  private final NanoTime time;
  private final AtomicReference<@Nullable Seen> seen = new AtomicReference<>();

  RedisCounter(RateLimit limit, AsyncBucketProxy bucket, RedisClock clock, NanoTime time) {
    this.limit = limit;
    this.bucket = bucket;
    this.clock = clock;
    this.time = time;
  }

  /**
   * What came of one attempt to take.
   *
   * @param reading how the counter stands after it
   * @param waitNanos how long until the cost can have room; 0 if it had
   */
  record Attempt(boolean taken, LimitReading reading, long waitNanos) {}

  /** How the counter stood at a time of this node. */
  record Seen(LimitReading reading, long at) {}

  RateLimit limit() {
    return limit;
  }

  /** Takes a cost if there is room for it. */
  CompletableFuture<Attempt> take(long cost) {
    return bucket.tryConsumeAndReturnRemaining(cost).thenApply(this::attempt);
  }

  private Attempt attempt(ConsumptionProbe probe) {
    LimitReading reading = see(probe.getRemainingTokens(), probe.getNanosToWaitForReset());
    return new Attempt(probe.isConsumed(), reading, probe.getNanosToWaitForRefill());
  }

  /** How it stands. */
  CompletableFuture<LimitReading> look() {
    return bucket.asVerbose().getAvailableTokens().thenApply(this::looked);
  }

  private LimitReading looked(VerboseResult<Long> result) {
    long reset = result.getDiagnostics().calculateFullRefillingTime();
    return see(result.getValue(), reset);
  }

  private LimitReading see(long remaining, long resetNanos) {
    LimitReading reading = new LimitReading(limit, remaining, resetNanos);
    seen.set(new Seen(reading, time.now()));
    return reading;
  }

  /** How it stood when Redis last told this node; null if that was asked for already. */
  @Nullable Seen takeSeen() {
    return seen.getAndSet(null);
  }

  /**
   * Gives a cost back, unless the window it was taken from has passed.
   *
   * @param before the end of that window, by {@link #endOf}
   */
  CompletableFuture<?> giveBack(long cost, long before) {
    return limit.burst() == 0 && clock.currentTimeNanos() >= before
        ? CompletableFuture.completedFuture(null)
        : bucket.addTokens(cost);
  }

  /** When, by Redis' clock, a window ends of which this was read just now. */
  long endOf(LimitReading reading) {
    return clock.currentTimeNanos() + reading.resetNanos();
  }
}
