package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Turns at even distances. A load that waits for its turns tells how the services do beside it; one
 * that goes as fast as it gets answers only tells how many processors there are. Safe for use by
 * many threads.
 */
final class Pace {
  private final long begin = System.nanoTime();
  private final long apart;

  /** The first turn is now. */
  Pace(Duration apart) {
    this.apart = apart.toNanos();
  }

  /** Waits until it is time for a turn; at once where that is over. */
  void await(int turn) {
    long due = begin + turn * apart;
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
