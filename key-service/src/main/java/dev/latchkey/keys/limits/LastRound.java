package dev.latchkey.keys.limits;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the round that a limit was last drawn from in the memory of this node, so that a draw
 * needs no look-up of its counter. Of one limit and one {@link LocalRateLimiter} only. Safe for use
 * by many threads.
 *
 * <p>A class to inherit from, for whoever holds a limit that every decision draws from: one object
 * less on the way to the round.
 */
public abstract class LastRound {
  private volatile @Nullable Round last;
  private volatile long lookedUp;

  /** Remembers none yet. */
  protected LastRound() {}

  /**
   * The round last drawn from, if its counter was looked up not longer ago than this; it may be
   * over or retired since.
   */
  final @Nullable Round last(long now, long nanos) {
    Round round = last;
    return round != null && now - lookedUp < nanos ? round : null;
  }

  /** Remembers a round whose counter was looked up. */
  final void lookedUp(Round round, long now) {
    lookedUp = now;
    if (!round.equals(last)) {
      // Only then: each write of a reference is work for the collector.
      last = round;
    }
  }

  /**
   * Looks at what a draw looks at, so that the processor has it at hand by then.
   *
   * @return a number that says nothing
   */
  protected final long fetchRound() {
    Round round = last;
    return round == null ? 0 : round.start();
  }
}
