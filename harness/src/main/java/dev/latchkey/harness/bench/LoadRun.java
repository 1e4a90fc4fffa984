package dev.latchkey.harness.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * One run of a load: when it ends, how long its calls took, and the first thing that went wrong,
 * which ends it early. Safe for use by many threads.
 */
final class LoadRun {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final Duration LATE = Duration.ofSeconds(30);

  private final Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch running;
  private final Duration limit;
  private final long start = System.nanoTime();
  private final long end;

  /**
   * Begins.
   *
   * @param parts how often {@link #partEnded} is to be called
   */
  LoadRun(int parts, Duration duration) {
    this.running = new CountDownLatch(parts);
    this.limit = duration.plus(LATE);
    this.end = start + duration.toNanos();
  }

  /**
   * Notes an answer, and tells whether to ask again.
   *
   * @param sent when its time began, by {@link System#nanoTime} like all times here
   */
  boolean answered(long sent, long now) {
    latencies.recordValue(now - sent);
    return goesOn(now);
  }

  /** Whether to ask at a moment. */
  boolean goesOn(long now) {
    return now - end < 0 && !hasFailed();
  }

  /** Whether something went wrong. */
  boolean hasFailed() {
    return failure.get() != null;
  }

  /** Notes that something went wrong. */
  void fail(Throwable thrown) {
    failure.compareAndSet(null, thrown);
  }

  /** Says that one of the parts asks no more, and has all its answers. */
  void partEnded() {
    running.countDown();
  }

  /**
   * Waits for the end.
   *
   * @throws IllegalStateException if something went wrong
   */
  Figures figures() {
    try {
      Load.await(running, limit);
    } catch (IllegalStateException e) {
      fail(e);
      throw e;
    }
    long elapsed = System.nanoTime() - start;
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("a call failed: " + thrown.getMessage(), thrown);
    }
    return Figures.of(latencies.getIntervalHistogram(), elapsed);
  }
}
