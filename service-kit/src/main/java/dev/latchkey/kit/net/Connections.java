package dev.latchkey.kit.net;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the open connections of one listener, and says when there are too many. Safe for use by
 * many threads.
 */
public final class Connections {
  /** How many connections a listener takes, where nothing else is said. */
  public static final int MOST = 20_000;

  private final int most;
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder refused = new LongAdder();

  /**
   * @param most how many may be open at once, at least 1
   */
  public Connections(int most) {
    this.most = most;
  }

  /** Shows the counts as metrics. */
  public Connections bindTo(MeterRegistry metrics) {
    Gauge.builder("latchkey.connections", open, AtomicInteger::get)
        .description("Open connections of the listener")
        .strongReference(true)
        .register(metrics);
    FunctionCounter.builder("latchkey.connections.refused", refused, LongAdder::doubleValue)
        .description("Connections closed at once, because too many were open")
        .register(metrics);
    return this;
  }

  /** Counts one more if there is room for it; {@link #closed} must follow then. */
  public boolean tryOpen() {
    if (open.incrementAndGet() <= most) {
      return true;
    }
    open.decrementAndGet();
    refused.increment();
    return false;
  }

  /** Counts one less. */
  public void closed() {
    open.decrementAndGet();
  }

  /** How many are open. */
  public int open() {
    return open.get();
  }
}
