package dev.latchkey.edge.management;

import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.RequestProblems;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;

/**
 * How many calls of management one edge has under way at most. What goes beyond is refused at once,
 * so that slow management never takes the memory and the threads that decisions about keys need.
 * Safe for use by many threads.
 */
public final class ManagementPlaces {
  static final int MOST = 256;

  static final Problem NONE_LEFT = RequestProblems.UNAVAILABLE;

  private final Semaphore places = new Semaphore(MOST);
  private final Counter refused;

  public ManagementPlaces(MeterRegistry metrics) {
    refused =
        Counter.builder("latchkey.management.refused")
            .description("Calls of management refused, for too many are under way.")
            .tag("reason", "places")
            .register(metrics);
    metrics.gauge("latchkey.management.calls", places, left -> MOST - left.availablePermits());
  }

  /** Takes a place; one that is taken must be given back once. */
  boolean take() {
    if (places.tryAcquire()) {
      return true;
    }
    refused.increment();
    return false;
  }

  void giveBack() {
    places.release();
  }
}
