package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;

/** One window of a limit without burst, or the whole life of one with burst. Lock-free. */
abstract sealed class Round permits WindowRound, BurstRound {
  /** What {@link #tryTake} gives where there is not enough left. */
  static final long REFUSED = -1;

  private final RateLimit limit;
  private final NanoTime time;

  Round(RateLimit limit, NanoTime time) {
    this.limit = limit;
    this.time = time;
  }

  static Round first(RateLimit limit, NanoTime time) {
    return begun(limit, time, time.now(), 0);
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
      return new BurstRound(limit, time, at, Math.max(0, used - (long) back));
    }
    long start =
        reading.resetNanos() == 0 ? at : at + reading.resetNanos() - limit.window().toNanos();
    return new WindowRound(limit, time, start, used);
  }

  private static Round begun(RateLimit limit, NanoTime time, long start, long used) {
    return limit.burst() > 0
        ? new BurstRound(limit, time, start, used)
        : new WindowRound(limit, time, start, used);
  }

  /** What may be taken of a limit at once at most. */
  static long capacity(RateLimit limit) {
    return limit.burst() > 0 ? limit.burst() : limit.amount();
  }

  /** How long a limit with burst takes to give back this much. */
  static long nanosToFill(RateLimit limit, long missing) {
    // In doubles, for the product may pass 2^63; a reset time needs no nanoseconds.
    return (long) Math.ceil((double) missing / limit.amount() * limit.window().toNanos());
  }

  /** Ends this round; what was used of it is used of the next. */
  final Round changedTo(RateLimit next) {
    return begun(next, time, start(), retire());
  }

  /** Gives nothing more from now on; tells what was used. To be called once. */
  abstract long retire();

  /** When it began. */
  abstract long start();

  /** The time it goes by. */
  final NanoTime time() {
    return time;
  }

  final RateLimit limit() {
    return limit;
  }

  final boolean counts(RateLimit other) {
    return limit.equals(other);
  }

  final long capacity() {
    return capacity(limit);
  }

  /** Whether the limit has changed since; this round gives nothing more. */
  abstract boolean isRetired();

  /** Whether it is over at a moment. */
  abstract boolean isOver(long now);

  abstract long used();

  /** Takes a cost, and gives what is left then; {@link #REFUSED} if that is not there. */
  abstract long tryTake(long cost);

  /** Gives back what was taken. */
  abstract void giveBack(long cost);

  /** How it stands now. */
  abstract LimitReading reading();

  /** How long it takes from a moment with so much left until all may be taken again. */
  abstract long resetNanos(long remaining, long now);

  /** How long until a cost that now finds no room may find some; 0 if it does now. */
  abstract long waitNanos(long cost);

  /** After this long without a call nothing of it is left that matters. */
  abstract long lifetimeNanos();
}
