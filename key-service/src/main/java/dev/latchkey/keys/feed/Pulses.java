package dev.latchkey.keys.feed;

import dev.latchkey.keys.limits.NanoTime;
import jakarta.inject.Singleton;

/** The pulses of both logs that this node follows. */
@Singleton
public final class Pulses {
  private final Pulse keys = new Pulse(NanoTime.SYSTEM);
  private final Pulse tenancy = new Pulse(NanoTime.SYSTEM);

  /** That of the keys, whose log is in the service's own database. */
  public Pulse keys() {
    return keys;
  }

  /** That of the tenancy, whose log is tenant-service's. */
  public Pulse tenancy() {
    return tenancy;
  }
}
