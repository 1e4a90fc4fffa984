package dev.latchkey.harness.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A load on one server, which can be kept up again and again. For one thread. */
interface Load extends AutoCloseable {
  /**
   * Keeps the load up for this long.
   *
   * @throws IllegalStateException if a call fails or gets another answer than it should
   */
  Figures run(Duration duration);

  @Override
  void close();

  /** Waits for the calls under way. */
  static void await(CountDownLatch running, Duration limit) {
    try {
      if (!running.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("calls are still under way after " + limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
