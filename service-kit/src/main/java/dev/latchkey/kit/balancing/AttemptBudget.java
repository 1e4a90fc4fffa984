package dev.latchkey.kit.balancing;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps attempts made anew from becoming a storm, by the rule of gRPC's own retry throttling: each
 * attempt that came to nothing takes a token, each answer gives one back, and below half of the
 * tokens there are no further attempts. Safe for use by many threads.
 */
final class AttemptBudget {
  static final int MOST = 100;

  private final AtomicInteger tokens = new AtomicInteger(MOST);

  boolean allowsAnother() {
    return tokens.get() > MOST / 2;
  }

  void answered() {
    // Read first: nearly always full, and then nothing shared is written.
    if (tokens.get() < MOST) {
      tokens.updateAndGet(left -> Math.min(left + 1, MOST));
    }
  }

  void failed() {
    tokens.updateAndGet(left -> Math.max(left - 1, 0));
  }
}
