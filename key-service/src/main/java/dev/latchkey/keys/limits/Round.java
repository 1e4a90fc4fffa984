package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * One window of a limit without burst, or the whole life of one with burst. A window is a bucket
 * that is never filled up again: bucket4j's own intervals begin at fixed times, ours with the first
 * call after the window before.
 */
final class Round {
  private static final Duration NEVER_COMES = Duration.ofDays(1);

  private final RateLimit limit;
  private final NanoTime time;
  private final long start;
  private final long windowNanos;
  private final long overdrawn;
  private final Bucket bucket;
  private volatile boolean retired;

  private Round(RateLimit limit, NanoTime time, long start, long used) {
    this.limit = limit;
    this.time = time;
    this.start = start;
    this.windowNanos = limit.window().toNanos();
    // Used before the limit was lowered: not forgotten if it is raised again.
    this.overdrawn = limit.burst() > 0 ? 0 : Math.max(0, used - capacity(limit));
    this.bucket =
        Bucket.builder()
            .addLimit(bandwidth(limit, Math.max(0, capacity(limit) - used)))
            .withCustomTimePrecision(limit.burst() > 0 ? flowing(time) : STANDING)
            .build();
  }

  static Round first(RateLimit limit, NanoTime time) {
    return new Round(limit, time, time.now(), 0);
  }

  /**
   * Goes on with a round that was counted elsewhere.
   *
   * @param reading how it stood; may have less left than a new round although it has just begun
   * @param at when
   */
  static Round goingOn(LimitReading reading, long at, NanoTime time) {
    RateLimit limit = reading.limit();
    long used = capacity(limit) - reading.remaining();
    if (limit.burst() > 0) {
      double back = (double) (time.now() - at) / limit.window().toNanos() * limit.amount();
      return new Round(limit, time, at, Math.max(0, used - (long) back));
    }
    long start =
        reading.resetNanos() == 0 ? at : at + reading.resetNanos() - limit.window().toNanos();
    return new Round(limit, time, start, used);
  }

  /** Ends this round; what was used of it is used of the next. */
  Round changedTo(RateLimit next) {
    retired = true;
    long used = overdrawn + capacity() - bucket.tryConsumeAsMuchAsPossible();
    return new Round(next, time, start, used);
  }

  private static Bandwidth bandwidth(RateLimit limit, long initially) {
    return limit.burst() > 0
        ? Bandwidth.builder()
            .capacity(limit.burst())
            .refillGreedy(limit.amount(), limit.window())
            .initialTokens(initially)
            .build()
        : Bandwidth.builder()
            .capacity(limit.amount())
            .refillIntervally(1, NEVER_COMES)
            .initialTokens(initially)
            .build();
  }

  /** The time of a bucket that is never filled up. */
  private static final TimeMeter STANDING = meter(() -> 0);

  private static TimeMeter flowing(NanoTime time) {
    return meter(time);
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

  boolean counts(RateLimit other) {
    return limit.equals(other);
  }

  /** Whether the limit has changed since; this round gives nothing more. */
  boolean isRetired() {
    return retired;
  }

  /** Whether it is over at a moment. */
  boolean isOver(long now) {
    return limit.burst() == 0 && now - start >= windowNanos;
  }

  /** What may be taken at once at most. */
  long capacity() {
    return capacity(limit);
  }

  static long capacity(RateLimit limit) {
    return limit.burst() > 0 ? limit.burst() : limit.amount();
  }

  long used() {
    return capacity() - bucket.getAvailableTokens();
  }

  ConsumptionProbe tryTake(long cost) {
    return bucket.tryConsumeAndReturnRemaining(cost);
  }

  void giveBack(long cost) {
    bucket.addTokens(cost);
  }

  LimitReading reading() {
    return reading(bucket.getAvailableTokens(), time.now());
  }

  /** How it stands with so much left at a moment. */
  LimitReading reading(long remaining, long now) {
    return new LimitReading(
        limit, remaining, limit.burst() > 0 ? nanosToFill(capacity() - remaining) : untilEnd(now));
  }

  /** How long until a cost that now finds no room may find some; 0 if it does now. */
  long waitNanos(long cost) {
    if (limit.burst() > 0) {
      return bucket.estimateAbilityToConsume(cost).getNanosToWaitForRefill();
    }
    return bucket.getAvailableTokens() >= cost ? 0 : untilEnd(time.now());
  }

  /** A round may have begun after the moment: a call that begins one looked at the time before. */
  private long untilEnd(long now) {
    return Math.clamp(windowNanos - (now - start), 0, windowNanos);
  }

  private long nanosToFill(long missing) {
    return nanosToFill(limit, missing);
  }

  /** How long a limit with burst takes to give back this much. */
  static long nanosToFill(RateLimit limit, long missing) {
    // In doubles, for the product may pass 2^63; a reset time needs no nanoseconds.
    return (long) Math.ceil((double) missing / limit.amount() * limit.window().toNanos());
  }

  /** After this long without a call nothing of it is left that matters. */
  long lifetimeNanos() {
    return limit.burst() > 0 ? Math.max(windowNanos, nanosToFill(capacity())) : windowNanos;
  }
}
