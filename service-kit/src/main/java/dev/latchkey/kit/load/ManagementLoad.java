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
 * {@linkplain #streams Streams} have places of their own. Safe for use by many threads.
 */
public final class ManagementLoad implements CallLoad {
  private static final int PLACES = 1_000;
  private static final int MOST_STREAMS = 1_000;
  private static final Duration LATEST = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final Semaphore places = new Semaphore(PLACES);
  private final Semaphore streamPlaces = new Semaphore(MOST_STREAMS);
  private final Semaphore turns;
  private final LoopLateness lateness;
  private final Counter noPlace;
  private final Counter noStream;
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
    this.noStream = refusals(metrics, "streams");
    this.noTurn = refusals(metrics, "wait");
    this.late = refusals(metrics, "lateness");
    TimeGauge.builder("latchkey.loop.lateness", lateness, TimeUnit.NANOSECONDS, LoopLateness::nanos)
        .description("How late the event loops come to their work.")
        .register(metrics);
    metrics.gauge("latchkey.management.calls", places, left -> PLACES - left.availablePermits());
    metrics.gauge(
        "latchkey.management.streams",
        streamPlaces,
        left -> MOST_STREAMS - left.availablePermits());
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
    return enter(places, noPlace);
  }

  private boolean enter(Semaphore of, Counter full) {
    if (lateness.nanos() > LATEST.toNanos()) {
      late.increment();
      return false;
    }
    if (!of.tryAcquire()) {
      full.increment();
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

  /**
   * How many streams of answers a node takes on. They go on for as long as their clients like, most
   * of the time with nothing to do: so they take no place from calls, nor a turn.
   */
  public CallLoad streams() {
    return new Streams();
  }

  private final class Streams implements CallLoad {
    @Override
    public boolean enter() {
      return ManagementLoad.this.enter(streamPlaces, noStream);
    }

    @Override
    public void leave() {
      streamPlaces.release();
    }
  }
}
