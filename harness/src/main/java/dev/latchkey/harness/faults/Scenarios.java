package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.List;

/** All scenarios of the suite. */
public final class Scenarios {
  /** How long the soak takes unless told otherwise. */
  public static final Duration SOAK = Duration.ofMinutes(30);

  private Scenarios() {}

  /** In the order of the table. */
  public static List<Scenario> all() {
    return all(SOAK);
  }

  /** The same with another length of the soak. */
  static List<Scenario> all(Duration soak) {
    return List.of(
        new TenantServiceDown(),
        new DatabaseCut(false),
        new DatabaseCut(true),
        new HalfOpen(HalfOpen.Way.ESTABLISHED),
        new HalfOpen(HalfOpen.Way.DATABASE),
        new HalfOpen(HalfOpen.Way.TENANCY),
        new HalfOpen(HalfOpen.Way.TENANCY_ESTABLISHED),
        new ChangesPropagate(),
        new ManyWriters(),
        RedisFault.killed(),
        RedisFault.slowed(),
        new RedisFlushed(),
        new SharedLimits(),
        new Flooded(Flooded.Kind.GARBAGE),
        new Flooded(Flooded.Kind.UNKNOWN_KEYS),
        new IdleConnections(),
        new Oversized(),
        new NodeKilled(),
        new RollingRestart(),
        new PrimaryKilled(),
        new DiskFull(),
        new ClockMoved(),
        new Soak(soak));
  }
}
