package dev.latchkey.kit.load;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How late the event loops come to what they were asked to do: the time that a call waits before
 * anybody looks at it. Each loop has a beat; of its last beats the least late one counts, so that a
 * single pause (of the garbage collector, of the machine) is no overload, and one that does not end
 * is. Safe for use by many threads; reading takes no lock.
 */
public final class LoopLateness implements AutoCloseable {
  private static final long PERIOD_NANOS = Duration.ofMillis(50).toNanos();
  private static final int BEATS = 8;

  /** A loop that has not beaten for so long is stuck. */
  private static final long STUCK_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Beat> beats = new CopyOnWriteArrayList<>();

  /** Starts to watch every loop of a group, until this is closed. */
  public void watch(EventLoopGroup group) {
    for (EventExecutor loop : group) {
      Beat beat = new Beat();
      beats.add(beat);
      beat.on(loop);
    }
  }

  /** How late the latest of the loops is, lately and at the least; in nanoseconds, from 0. */
  public long nanos() {
    long worst = 0;
    for (Beat beat : beats) {
      worst = Math.max(worst, beat.lateness());
    }
    return worst;
  }

  @Override
  public void close() {
    beats.forEach(Beat::end);
  }

  /** The beat of one loop; written by the loop alone. */
  private static final class Beat implements Runnable {
    private final long[] recent = new long[BEATS];
    private int next;
    private volatile long lastNanos = System.nanoTime();
    private volatile long least;
    private volatile @Nullable Future<?> schedule;

    void on(EventExecutor loop) {
      schedule =
          loop.scheduleWithFixedDelay(this, PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
      long now = System.nanoTime();
      recent[next] = Math.max(0, now - lastNanos - PERIOD_NANOS);
      next = (next + 1) % BEATS;
      long smallest = recent[0];
      for (long lateness : recent) {
        smallest = Math.min(smallest, lateness);
      }
      least = smallest;
      lastNanos = now;
    }

    long lateness() {
      long overdue = System.nanoTime() - lastNanos - PERIOD_NANOS;
      return overdue > STUCK_NANOS ? overdue : least;
    }

    void end() {
      Future<?> present = schedule;
      if (present != null) {
        present.cancel(false);
      }
    }
  }
}
