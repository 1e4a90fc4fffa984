package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;

/** A limit as it stood at one moment. Immutable. */
public interface LimitReading {
  /** A reading that is nothing else. */
  static LimitReading of(RateLimit limit, long remaining, long resetNanos) {
    return new PlainReading(limit, remaining, resetNanos);
  }

  /** The limit. */
  RateLimit limit();

  /** What might still be taken then. */
  long remaining();

  /** How long it would take until all of it may be taken again. */
  long resetNanos();
}
