package dev.latchkey.kit.load;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much management a node takes on. Calls are let in while there are places and the event loops
 * keep up; their work then waits for one of a few turns, fewer than the database has connections,
 * so that what Authenticate must look up always finds one. What has waited too long is refused.
 * Safe for use by many threads.
 */
public final class ManagementLoad implements CallLoad {
  private static final int PLACES = 1_000;
  private static final Duration LATEST = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final Semaphore places = new Semaphore(PLACES);
  private final Semaphore turns;
  private final LoopLateness lateness;
  private final Counter noPlace;
  private final Counter noTurn;
  private final Counter late;

  /**
   * @param connections how many connections to the database there are; seven of ten, and one at
   *     least, are for management
   */
  public ManagementLoad(int connections, LoopLateness lateness, MeterRegistry metrics) {
    int most = Math.max(1, connections * 7 / 10);
    this.turns = new Semaphore(most, true);
    this.lateness = lateness;
    this.noPlace = refusals(metrics, "places");
    this.noTurn = refusals(metrics, "wait");
    this.late = refusals(metrics, "lateness");
    TimeGauge.builder("latchkey.loop.lateness", lateness, TimeUnit.NANOSECONDS, LoopLateness::nanos)
        .description("How late the event loops come to their work.")
        .register(metrics);
    metrics.gauge("latchkey.management.calls", places, left -> PLACES - left.availablePermits());
    metrics.gauge("latchkey.management.running", turns, left -> most - left.availablePermits());
    metrics.gauge("latchkey.management.waiting", turns, Semaphore::getQueueLength);
  }

  private static Counter refusals(MeterRegistry metrics, String reason) {
    return Counter.builder("latchkey.management.refused")
        .description(
            "Calls of management refused for too much work, by what there was too much of.")
        .tag("reason", reason)
        .register(metrics);
  }

  @Override
  public boolean enter() {
    if (lateness.nanos() > LATEST.toNanos()) {
      late.increment();
      return false;
    }
    if (!places.tryAcquire()) {
      noPlace.increment();
      return false;
    }
    return true;
  }

  @Override
  public void leave() {
    places.release();
  }

  @Override
  public boolean beginTurn() {
    try {
      if (turns.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    noTurn.increment();
    return false;
  }

  @Override
  public void continueTurn() {
    turns.acquireUninterruptibly();
  }

  @Override
  public void endTurn() {
    turns.release();
  }
}
