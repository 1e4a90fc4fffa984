package dev.latchkey.keys.feed;

import dev.latchkey.keys.limits.NanoTime;

/**
 * How recently a log of changes was heard, and whether its source can be reached at all. Safe for
 * use by many threads; asking takes no lock.
 */
public final class Pulse {
  private final NanoTime time;
  private volatile long heard;
  private volatile boolean lost = true;

  public Pulse(NanoTime time) {
    this.time = time;
    this.heard = time.now();
  }

  /**
   * Everything is known that was committed up to a moment.
   *
   * @param moment of {@link NanoTime}: when the log was asked, not when it answered
   */
  public void heard(long moment) {
    heard = moment;
    lost = false;
  }

  /** The source could not be asked. */
  public void lost() {
    lost = true;
  }

  /** Nanoseconds since the last moment at which everything was known; since the start before it. */
  public long silenceNanos() {
    return time.now() - heard;
  }

  /** Whether the last attempt to ask failed, or none was made yet. */
  public boolean isLost() {
    return lost;
  }
}
