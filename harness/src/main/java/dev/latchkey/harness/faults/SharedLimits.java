package dev.latchkey.harness.faults;

import java.time.Duration;

/** One key with a limit, asked on all nodes at once, 600 times a second, for more than it may. */
final class SharedLimits implements Scenario {
  private static final double OVER = 0.01;
  private static final Duration TOGETHER = Duration.ofSeconds(2);
  private static final String LATE = "latchkey_limits_redis_late_total";
  private static final String ALONE = "latchkey_limits_local_decisions_total";

  @Override
  public String name() {
    return "limits-across-nodes";
  }

  @Override
  public String fault() {
    return "a limit drawn from on all nodes at once";
  }

  @Override
  public void run(Course course) {
    int amount = course.form().choose(500, 10_000);
    course.before();
    course.checkAtMost(
        "until all nodes count together", Nodes.awaitSharedLimits(course.fleet()), TOGETHER);
    double late = Nodes.sum(course.fleet(), LATE);
    double alone = Nodes.sum(course.fleet(), ALONE);
    long admitted = new Draws(course, amount).ask(2 * amount);
    course.during(course.figures());
    course.note(
        "beside it %,.0f answers of Redis were late, %,.0f decisions local"
            .formatted(
                Nodes.sum(course.fleet(), LATE) - late, Nodes.sum(course.fleet(), ALONE) - alone));
    course.check(
        "of %,d admitted at most 1 %% more, on %d nodes".formatted(amount, course.nodes().size()),
        "%,d".formatted(admitted),
        admitted <= amount * (1 + OVER));
    course.check("and at least 99 %", "%,d".formatted(admitted), admitted >= amount * (1 - OVER));
  }
}
