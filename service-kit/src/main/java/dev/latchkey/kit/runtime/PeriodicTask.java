package dev.latchkey.kit.runtime;

import dev.latchkey.kit.errors.ApiException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done over and over, with a pause after each round, on a thread of its own. A round
 * that fails is told to the log and does not keep the next from coming.
 */
public final class PeriodicTask implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);

  private static final long LAST_ROUND_SECONDS = 5;

  private final String name;
  private final Runnable round;
  private final ScheduledExecutorService timer;

  private PeriodicTask(String name, Runnable round) {
    this.name = name;
    this.round = round;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name(name).factory());
  }

  /** Starts; the first round comes after one pause. */
  public static PeriodicTask start(String name, Duration pause, Runnable round) {
    return start(name, pause, pause, round);
  }

  /**
   * Starts.
   *
   * @param first after how long the first round comes
   */
  public static PeriodicTask start(String name, Duration first, Duration pause, Runnable round) {
    PeriodicTask task = new PeriodicTask(name, round);
    var _ =
        task.timer.scheduleWithFixedDelay(
            task::run, first.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    return task;
  }

  private void run() {
    try {
      round.run();
    } catch (ApiException unavailable) {
      LOG.debug("{}: {}", name, unavailable.explanation());
    } catch (RuntimeException failure) {
      LOG.error("{} failed; it is tried again", name, failure);
    }
  }

  /** Ends it once the round under way, if there is one, is done; cuts it off after five seconds. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (timer.awaitTermination(LAST_ROUND_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timer.shutdownNow();
  }
}
