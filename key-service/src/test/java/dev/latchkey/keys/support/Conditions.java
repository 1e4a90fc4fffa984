package dev.latchkey.keys.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for something that other threads bring about. */
public final class Conditions {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Conditions() {}

  /** Returns once the condition holds; fails after ten seconds. */
  public static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }
}
