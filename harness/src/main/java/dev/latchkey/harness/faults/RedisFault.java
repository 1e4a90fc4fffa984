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

  private final String name;
  private final String fault;
  private final Consumer<Course> harm;

  private RedisFault(String name, String fault, Consumer<Course> harm) {
    this.name = name;
    this.fault = fault;
    this.harm = harm;
  }

  static RedisFault killed() {
    return new RedisFault(
        "redis-killed", "Redis killed -9", course -> course.fleet().redis().kill());
  }

  static RedisFault slowed() {
    return new RedisFault(
        "redis-slow",
        "Redis slowed to 2 s",
        course ->
            course
                .fleet()
                .links()
                .to(Party.Kind.REDIS)
                .forEach((TcpProxy link) -> link.delay(SLOW)));
  }

  static RedisFault flushed() {
    return new RedisFault(
        "redis-flushed", "Redis flushed", course -> course.fleet().redis().flush());
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
    harm.accept(course);
    Figures during = course.during(time);
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
}
