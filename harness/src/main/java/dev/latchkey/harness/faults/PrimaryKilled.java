package dev.latchkey.harness.faults;

import java.time.Duration;

/** The primary is killed and its synchronous standby promoted, while keys are made and revoked. */
final class PrimaryKilled implements Scenario {
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "primary-killed";
  }

  @Override
  public String fault() {
    return "primary killed -9, standby promoted";
  }

  @Override
  public void run(Course course) {
    Propagation.onlyDenied(course);
    course.before();
    try (Writers writers = new Writers(course)) {
      long start = System.nanoTime();
      writers.awaitEachSince(start, Duration.ofSeconds(10));
      course.traffic().pause(course.form().choose(Duration.ofSeconds(2), Duration.ofSeconds(10)));
      var _ = course.figures();
      long killed = System.nanoTime();
      course.fleet().postgres().killPrimary();
      course.fleet().postgres().promoteStandby();
      writers.awaitEachSince(System.nanoTime(), Duration.ofSeconds(60));
      Duration recovery = Duration.ofNanos(System.nanoTime() - killed);
      course.during(course.figures());
      course.recovery(recovery);
      course.checkAtMost("every node writes again", recovery, RECOVERY);
      course.traffic().pause(Duration.ofSeconds(1));
      writers.close();
      course.traffic().pause(Duration.ofSeconds(1));
      course.check(
          "keys were acknowledged before and after",
          "%,d made, %,d revoked".formatted(writers.created().size(), writers.revoked().size()),
          !writers.created().isEmpty() && !writers.revoked().isEmpty());
      course.checkAtMost(
          "acknowledged key lost",
          Propagation.notAnswered(course, writers.created(), CallAnswer.Allowed.class),
          0);
      course.checkAtMost(
          "acknowledged revocation lost",
          Propagation.notAnswered(course, writers.revoked(), CallAnswer.Denied.class),
          0);
    }
  }
}
