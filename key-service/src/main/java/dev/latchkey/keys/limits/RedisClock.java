package dev.latchkey.keys.limits;

import io.github.bucket4j.TimeMeter;
import org.jspecify.annotations.Nullable;

/**
 * The time of Redis, by which all nodes fill up shared counters, so that a node whose own clock is
 * wrong spoils nothing. Known to within half a round trip: this node's monotonic time, moved by
 * what the last good look showed. Safe for use by many threads.
 */
final class RedisClock implements TimeMeter {
  /** How far two good clocks may part in a second. */
  private static final long DRIFT_PER_SECOND = 200_000;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private record Look(long offset, long error, long at) {
    long errorAt(long now) {
      return error + (now - at) / NANOS_PER_SECOND * DRIFT_PER_SECOND;
    }
  }

  private final NanoTime time;
  private volatile @Nullable Look last;

  RedisClock(NanoTime time) {
    this.time = time;
  }

  /**
   * Notes what Redis' clock showed at some moment between two of ours. A look that took long does
   * not replace a closer one, unless the two cannot both be right.
   */
  void looked(long before, long after, long shown) {
    long error = (after - before) / 2;
    Look next = new Look(shown - (before + error), error, after);
    Look known = last;
    if (known == null
        || error <= known.errorAt(after)
        || Math.abs(next.offset - known.offset) > error + known.errorAt(after)) {
      last = next;
    }
  }

  /** Whether it was ever looked at. */
  boolean isKnown() {
    return last != null;
  }

  @Override
  public long currentTimeNanos() {
    Look known = last;
    if (known == null) {
      throw new IllegalStateException("nobody has looked at Redis' clock yet");
    }
    return time.now() + known.offset;
  }

  @Override
  public boolean isWallClockBased() {
    return true;
  }
}
