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

  @Override
  public Instant instant() {
    return Instant.now().plus(offset.get());
  }
}
