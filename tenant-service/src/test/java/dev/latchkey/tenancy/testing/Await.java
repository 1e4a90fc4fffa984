package dev.latchkey.tenancy.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long BETWEEN_LOOKS_NANOS = 2_000_000;

  private Await() {}

  /** Returns once a condition holds; fails if it does not within ten seconds. */
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within %s: %s".formatted(LIMIT, what));
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
  }
}
