package dev.latchkey.kit.database;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits between attempts. */
final class Pauses {
  private Pauses() {}

  /** Waits; an interrupted thread goes on at once and stays interrupted. */
  static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
