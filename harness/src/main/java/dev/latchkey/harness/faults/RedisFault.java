package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.fleet.TcpProxy;
import java.time.Duration;
import java.util.function.Consumer;

/** Redis is gone, slow, or empty: decisions go on, as fast. */
final class RedisFault implements Scenario {
  private static final Duration SLOW = Duration.ofSeconds(2);

  /** A second, and one for a connection that was being made when Redis came back. */
  private static final Duration TOGETHER = Duration.ofSeconds(2);

  private static final String LOCAL_DECISIONS = "latchkey_limits_local_decisions_total";

  private final String name;
  private final String fault;
  private final Consumer<Course> harm;

  /** Whether nodes cannot count together while it lasts. */
  private final boolean divides;

  private RedisFault(String name, String fault, boolean divides, Consumer<Course> harm) {
    this.name = name;
    this.fault = fault;
    this.divides = divides;
    this.harm = harm;
  }

  static RedisFault killed() {
    return new RedisFault(
        "redis-killed", "Redis killed -9", true, course -> course.fleet().redis().kill());
  }

  static RedisFault slowed() {
    return new RedisFault(
        "redis-slow",
        "Redis slowed to 2 s",
        true,
        course ->
            course
                .fleet()
                .links()
                .to(Party.Kind.REDIS)
                .forEach((TcpProxy link) -> link.delay(SLOW)));
  }

  static RedisFault flushed() {
    return new RedisFault(
        "redis-flushed", "Redis flushed", false, course -> course.fleet().redis().flush());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fault() {
    return fault;
  }

  @Override
  public void run(Course course) {
    Duration time = course.form().choose(Duration.ofSeconds(3), Duration.ofSeconds(30));
    Figures before = course.before(time);
    double local = Nodes.sum(course.fleet(), LOCAL_DECISIONS);
    harm.accept(course);
    Figures during = course.during(time);
    if (divides) {
      checkDivided(course, Nodes.sum(course.fleet(), LOCAL_DECISIONS) - local);
    }
    course.fleet().links().heal();
    course.fleet().redis().start();
    Duration back = Nodes.awaitSharedLimits(course.fleet());
    course.recovery(back);
    course.checkAtMost("until all nodes count together again", back, TOGETHER);
    Figures after = course.measure(Duration.ofSeconds(1));
    course.checkAtMost("failed calls", during.failedCalls() + after.failedCalls(), 0);
    course.checkTwice(
        before, during, course.form().choose(Duration.ofMillis(50), Duration.ofMillis(20)));
  }

  /** Shows that the harm was one: without it decisions would go on, too. */
  private static void checkDivided(Course course, double local) {
    int nodes = course.nodes().size();
    long alone = Nodes.withoutRedis(course.fleet());
    course.check(
        "no node asks Redis any more, and decisions go by local limits",
        "%d of %d nodes, %,.0f decisions".formatted(alone, nodes, local),
        alone == nodes && local > 0);
  }
}
