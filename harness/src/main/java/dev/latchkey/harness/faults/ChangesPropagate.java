package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.HdrHistogram.ConcurrentHistogram;

/** How soon a change of any kind, made on one node, is known to the last of all nodes. */
final class ChangesPropagate implements Scenario {
  private static final List<Change> KINDS = List.copyOf(EnumSet.allOf(Change.class));
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration WORST = Duration.ofSeconds(1);
  private static final int AT_ONCE = 4;

  @Override
  public String name() {
    return "changes-propagate";
  }

  @Override
  public String fault() {
    return "revoke, disable, suspend, member, environment, plan, scope";
  }

  @Override
  public void run(Course course) {
    int changes = course.form().choose(70, 1_000);
    // The few changes of the short form run beside a build on as little as two processors.
    Duration p99 = course.form().choose(Duration.ofMillis(250), Duration.ofMillis(100));
    course.before();
    ConcurrentHistogram late = new ConcurrentHistogram(3);
    long nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE).size();
    List<Boolean> arrived =
        Ground.all(
            AT_ONCE,
            changes,
            i -> {
              Change kind = KINDS.get(i % KINDS.size());
              Change.Prepared change =
                  kind.prepare(course.fleet().operator((int) (i % nodes) + 1), course.ground());
              Propagation.awaitKnown(course, List.of(change.key()));
              course.truth().add(change.key());
              change.run();
              Duration last = Propagation.await(course, List.of(change.key()), LIMIT);
              late.recordValue(last.toNanos());
              if (last.compareTo(WORST) > 0) {
                course.note("%s took %s".formatted(kind, Report.text(last)));
              }
              return last.compareTo(LIMIT) < 0;
            });
    course.during(course.figures());
    course.checkAtMost(
        "%,d changes: p99 to the last node".formatted(changes),
        Duration.ofNanos(late.getValueAtPercentile(99)),
        p99);
    course.checkAtMost("the worst", Duration.ofNanos(late.getMaxValue()), WORST);
    course.checkAtMost("changes missed", arrived.stream().filter(done -> !done).count(), 0);
  }
}
