package dev.latchkey.harness.faults;

import java.util.List;

/** All scenarios of the suite. */
public final class Scenarios {
  private static final List<Scenario> ALL = List.of(new TenantServiceDown());

  private Scenarios() {}

  /** In the order of the table. */
  public static List<Scenario> all() {
    return ALL;
  }
}
