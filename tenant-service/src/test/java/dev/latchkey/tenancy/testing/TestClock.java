package dev.latchkey.tenancy.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** A clock that follows the system's, ahead of it by as much as the test says. */
public final class TestClock implements InstantSource {
  private volatile Duration ahead = Duration.ZERO;

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }

  /** The time, to the millisecond. */
  public Instant now() {
    return instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Lets time pass. */
  public void pass(Duration duration) {
    ahead = ahead.plus(duration);
  }
}
