package dev.latchkey.kit.database;

import dev.latchkey.kit.errors.ApiException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work on the database again where that is safe, and turns what is left into {@code
 * UNAVAILABLE}. Safe for use by many threads.
 */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  /** How often work runs at most that keeps being rolled back; with its pauses about a second. */
  private static final int MOST_CONFLICTS = 8;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(4);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  /** Work that took longer before its connection was lost is not begun again: callers wait. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private final String name;
  private final Runnable onLost;

  /**
   * @param name what callers read when it cannot be reached: {@code key database}
   * @param onLost told of each connection that was lost, before another one is tried
   */
  Attempts(String name, Runnable onLost) {
    this.name = name;
    this.onLost = onLost;
  }

  /** One run of the work, that knows how far it came. */
  interface Attempt<T> {
    T run();

    /** What the work itself threw, or else what was thrown around it. */
    RuntimeException failure(RuntimeException thrown);

    /** Whether it may have been committed although it failed. */
    boolean isInDoubt();
  }

  /** Makes attempts. */
  interface Attempting<T> {
    Attempt<T> next();
  }

  /**
   * @param mayRepeat whether the work may be run again
   * @param isIdempotent whether it may also be run again when it may have been committed
   */
  <T> T run(boolean mayRepeat, boolean isIdempotent, Attempting<T> attempts) {
    long start = System.nanoTime();
    int conflicts = 0;
    boolean lostBefore = false;
    while (true) {
      Attempt<T> attempt = attempts.next();
      try {
        return attempt.run();
      } catch (RuntimeException thrown) {
        RuntimeException failure = attempt.failure(thrown);
        Fault fault = failure instanceof ApiException ? Fault.OTHER : Fault.of(failure);
        boolean repeat =
            switch (fault) {
              case ROLLED_BACK -> mayRepeat && ++conflicts < MOST_CONFLICTS;
              case LOST ->
                  mayRepeat
                      && !lostBefore
                      && (isIdempotent || !attempt.isInDoubt())
                      && System.nanoTime() - start < SOON.toNanos();
              case UNUSABLE -> false;
              case OTHER -> throw failure;
            };
        if (fault == Fault.LOST) {
          lostBefore = true;
          onLost.run();
        }
        if (!repeat) {
          throw unavailable(failure, fault == Fault.LOST && attempt.isInDoubt());
        }
        if (fault == Fault.ROLLED_BACK) {
          pause(conflicts);
        }
      }
    }
  }

  /** Somewhere between none and twice as long as the last, so that two that met part ways. */
  private static void pause(int conflicts) {
    long longest =
        Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << Math.min(conflicts - 1, 10));
    Pauses.pause(Duration.ofNanos(ThreadLocalRandom.current().nextLong(longest + 1)));
  }

  private ApiException unavailable(RuntimeException failure, boolean inDoubt) {
    LOG.warn(
        "the {} cannot be used{}: {}",
        name,
        inDoubt ? "; whether a change was committed is not known" : "",
        Fault.describe(failure));
    return ApiException.unavailable(name);
  }
}
