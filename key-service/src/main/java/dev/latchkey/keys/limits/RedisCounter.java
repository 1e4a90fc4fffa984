package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.AsyncVerboseBucket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One counter in Redis, and what this node knows and owes of it. What this node asks of it at once
 * goes there in one batch. Safe for use by many threads.
 */
final class RedisCounter {
  private final RateLimit limit;
  private final Supplier<AsyncBucketProxy> buckets;
  private final RedisClock clock;
  private final NanoTime time;
  private final AtomicBoolean news = new AtomicBoolean();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicLong untold = new AtomicLong();
  private final AtomicBoolean telling = new AtomicBoolean();
  private volatile boolean heard = true;
  private volatile @Nullable Seen seen;
  private volatile AsyncBucketProxy bucket;

  /**
   * A counter.
   *
   * @param buckets makes the way to it
   */
  RedisCounter(
      RateLimit limit, Supplier<AsyncBucketProxy> buckets, RedisClock clock, NanoTime time) {
    this.limit = limit;
    this.buckets = buckets;
    this.bucket = buckets.get();
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
    LimitReading reading = LimitReading.of(limit, Math.max(0, remaining), resetNanos);
    seen = new Seen(reading, time.now());
    news.set(true);
    return reading;
  }

  /**
   * What of it this node may give alone, by what Redis last said: its part of what was left, less
   * what it has let through that Redis had not counted. Null if that was asked for already.
   *
   * @param parts among how many it is divided
   */
  @Nullable Seen takeShare(int parts) {
    Seen last = seen;
    if (last == null || !news.compareAndSet(true, false)) {
      return null;
    }
    LimitReading all = last.reading();
    // Up to the whole: of a little that is left each node gives the last, and never none.
    long share = Math.ceilDiv(all.remaining(), parts) - unanswered.get() - untold.get();
    return new Seen(LimitReading.of(limit, Math.max(0, share), all.resetNanos()), last.at());
  }

  /** Notes that a cost was let through here which Redis has been asked for and may yet count. */
  void letThrough(long cost) {
    unanswered.addAndGet(cost);
  }

  /** Notes that Redis has answered, or never will, what {@link #letThrough} was noted of. */
  void answered(long cost) {
    unanswered.addAndGet(-cost);
  }

  /** Notes a cost that was let through here, or given back, of which Redis knows nothing. */
  void untold(long cost) {
    untold.addAndGet(cost);
  }

  /** Counts a cost that was let through here although Redis, asked in vain, has refused it. */
  void charge(long cost) {
    var _ = count(cost).whenComplete((result, failure) -> answered(cost));
  }

  /** Whether there is something that {@link #takeShare} has not given yet. */
  boolean hasNews() {
    return news.get();
  }

  /** Whether Redis is to be told of something. */
  boolean hasUntold() {
    return untold.get() > 0;
  }

  /** Whether Redis can be told something, and has answered the last that it was told. */
  boolean isHeard() {
    // A bucket that asks in vain for the time waits for ever.
    return heard && clock.isKnown();
  }

  /**
   * Begins to tell Redis what this node has given alone, unless that is under way; what is asked of
   * Redis next comes after it.
   *
   * @param most what of it still matters
   */
  void tell(long most) {
    if (!telling.compareAndSet(false, true)) {
      return;
    }
    long all = untold.get();
    long told = Math.min(all, most);
    if (told > 0) {
      letThrough(told);
    }
    untold(-all);
    if (told <= 0) {
      telling.set(false);
      return;
    }
    var _ =
        count(told)
            .whenComplete(
                (result, failure) -> {
                  answered(told);
                  telling.set(false);
                  if (failure == null && hasUntold()) {
                    tell(Long.MAX_VALUE);
                  }
                });
  }

  /**
   * Counts what was let through already. A window may so become overdrawn, and ends when it would
   * have; with burst that would be held against later calls.
   */
  private CompletableFuture<?> count(long cost) {
    AsyncVerboseBucket verbose = bucket.asVerbose();
    CompletableFuture<VerboseResult<Long>> counted =
        limit.burst() == 0
            ? verbose.consumeIgnoringRateLimits(cost)
            : verbose.tryConsumeAsMuchAsPossible(cost);
    return counted.whenComplete(
        (result, failure) -> {
          heard = failure == null;
          if (failure == null) {
            VerboseResult.Diagnostics after = result.getDiagnostics();
            var _ = see(after.getAvailableTokens(), after.calculateFullRefillingTime());
          } else {
            untold(cost);
          }
        });
  }

  /**
   * Waits no longer for what Redis has not answered until now. What it last said is to be divided
   * anew.
   */
  void renew() {
    bucket = buckets.get();
    news.set(true);
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
