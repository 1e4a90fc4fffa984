package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.RedisServer;
import java.time.Duration;

/**
 * Redis loses all that was counted. Decisions go on, as fast; the nodes go on counting together, so
 * that what is admitted anew is one more limit for each flush, and not one for each node.
 */
final class RedisFlushed implements Scenario {
  private static final double INEXACT = 0.01;

  @Override
  public String name() {
    return "redis-flushed";
  }

  @Override
  public String fault() {
    return "Redis flushed";
  }

  @Override
  public void run(Course course) {
    Form form = course.form();
    RedisServer redis = course.fleet().redis();
    Duration time = form.choose(Duration.ofSeconds(2), Duration.ofSeconds(30));
    Figures before = course.before(time);
    long lost = redis.flush();
    Figures during = course.during(time);
    course.check("it loses what was counted", "%,d counters".formatted(lost), lost > 0);
    long anew = redis.size();
    course.check("it is counted in it again", "%,d counters".formatted(anew), anew > 0);
    Duration back = Nodes.awaitSharedLimits(course.fleet());
    course.recovery(back);
    course.checkAtMost("until all nodes count together again", back, RedisFault.TOGETHER);
    checkAdmitted(course, form.choose(300, 5_000));
    course.checkAtMost("failed calls", during.failedCalls() + course.figures().failedCalls(), 0);
    course.checkTwice(before, during, form.noise());
  }

  private static void checkAdmitted(Course course, int amount) {
    Draws draws = new Draws(course, amount);
    long first = draws.ask(amount / 2);
    long _ = course.fleet().redis().flush();
    long anew = draws.ask(2 * amount);
    double inexact = amount * INEXACT;
    course.check(
        "of a limit of %,d what was used is lost: more is admitted than was left".formatted(amount),
        "%,d, and then %,d".formatted(first, anew),
        first >= amount / 2 && first + anew > amount + inexact);
    // Less where Redis is late: what a node then refuses by its own count was not asked again.
    course.check(
        "from then on one more limit is admitted at most, and 1 %",
        "%,d of %,d".formatted(anew, amount), anew <= amount + inexact);
  }
}
