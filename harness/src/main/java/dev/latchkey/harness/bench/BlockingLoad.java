package dev.latchkey.harness.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed load of calls that wait for their answer: one after the other on each of a fixed number
 * of virtual threads. Any call that throws fails the run. For one run at a time.
 */
final class BlockingLoad implements Load {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final Duration LATE = Duration.ofSeconds(30);

  private final int inFlight;
  private final Semaphore turns;
  private final Runnable call;
  private final AutoCloseable used;

  /**
   * @param inFlight how many calls are under way at any time
   * @param atOnce how many of them are made at once; the others wait for their turn. For calls on a
   *     pool of connections as many as it has: threads that come back to a pool at once take their
   *     connection away again from those that wait there, until these give up
   * @param call makes one; for many threads
   * @param used closed with this
   */
  BlockingLoad(int inFlight, int atOnce, Runnable call, AutoCloseable used) {
    this.inFlight = inFlight;
    this.turns = new Semaphore(atOnce);
    this.call = call;
    this.used = used;
  }

  @Override
  public Figures run(Duration duration) {
    Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
    CountDownLatch running = new CountDownLatch(inFlight);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    for (int i = 0; i < inFlight; i++) {
      Thread.startVirtualThread(
          () -> {
            try {
              repeat(end, latencies, failure);
            } finally {
              running.countDown();
            }
          });
    }
    Load.await(running, duration.plus(LATE));
    long elapsed = System.nanoTime() - start;
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("a call failed: " + thrown.getMessage(), thrown);
    }
    return Figures.of(latencies.getIntervalHistogram(), elapsed);
  }

  private void repeat(long end, Recorder latencies, AtomicReference<@Nullable Throwable> failure) {
    try {
      long sent = System.nanoTime();
      while (sent - end < 0 && failure.get() == null) {
        turns.acquireUninterruptibly();
        try {
          call.run();
        } finally {
          turns.release();
        }
        long now = System.nanoTime();
        latencies.recordValue(now - sent);
        sent = now;
      }
    } catch (RuntimeException | Error thrown) {
      failure.compareAndSet(null, thrown);
    }
  }

  @Override
  public void close() {
    try {
      used.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
