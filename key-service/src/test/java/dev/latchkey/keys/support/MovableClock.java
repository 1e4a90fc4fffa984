package dev.latchkey.keys.support;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The system's time, moved by as much as a test says. */
public final class MovableClock implements InstantSource {
  private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

  public void advance(Duration by) {
    offset.updateAndGet(present -> present.plus(by));
  }

  /** Like that of the system without an object, which {@code DecisionCostTest} would find. */
  @Override
  public long millis() {
    return System.currentTimeMillis() + offset.get().toMillis();
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(offset.get());
  }
}
