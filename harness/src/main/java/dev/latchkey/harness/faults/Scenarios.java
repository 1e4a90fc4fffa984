package dev.latchkey.harness.faults;

import java.util.List;

/** All scenarios of the suite. */
public final class Scenarios {
  private static final List<Scenario> ALL =
      List.of(
          new TenantServiceDown(),
          new DatabaseCut(false),
          new DatabaseCut(true),
          new HalfOpen(HalfOpen.Way.ESTABLISHED),
          new HalfOpen(HalfOpen.Way.DATABASE),
          new HalfOpen(HalfOpen.Way.TENANCY),
          new ChangesPropagate(),
          new ManyWriters(),
          RedisFault.killed(),
          RedisFault.slowed(),
          RedisFault.flushed(),
          new SharedLimits(),
          new NodeKilled(),
          new RollingRestart(),
          new PrimaryKilled());

  private Scenarios() {}

  /** In the order of the table. */
  public static List<Scenario> all() {
    return ALL;
  }
}
