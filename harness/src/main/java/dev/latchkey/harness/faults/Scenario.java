package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Deployment;

/**
 * One fault and what must hold under it. To add one, implement this and name it in {@link
 * Scenarios#all}. It is given a {@link Course}: a fleet that is well, with load on it that goes on
 * all the time. It does its harm, measures, says with {@link Course#check} what had to hold, and
 * returns; the suite makes the fleet well again before the next, so what a scenario broke on {@link
 * dev.latchkey.harness.fleet.Links}, databases, Redis and nodes it may leave broken. Wrong answers
 * need no check of their own: any of them breaks the row.
 */
public interface Scenario {
  /** Its name on the command line, {@code redis-killed}: lower case with dashes. */
  String name();

  /** The fault as the table names it, a few words. */
  String fault();

  /** What it runs on. Scenarios that ask for equal ones share a fleet, one after the other. */
  default Deployment deployment(Form form) {
    return Deployments.usual(form);
  }

  /** Whether it belongs to this form; most belong to both. */
  default boolean isPartOf(Form form) {
    return true;
  }

  /** What the system does not allow and this needs, as words to show; empty where it can run. */
  default String missing() {
    return "";
  }

  /** Whether it is done with little more than waiting, so that something else can go on beside. */
  default boolean mostlyWaits() {
    return false;
  }

  /**
   * Brings the fault on and measures.
   *
   * @throws Exception what was not expected at all; the row is broken then
   */
  void run(Course course) throws Exception;
}
