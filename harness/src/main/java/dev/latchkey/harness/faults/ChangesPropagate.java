package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.ConcurrentHistogram;

/** How soon a change of any kind, made on one node, is known to the last of all nodes. */
final class ChangesPropagate implements Scenario {
  private static final List<Change> KINDS = List.copyOf(EnumSet.allOf(Change.class));
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration WORST = Duration.ofSeconds(1);
  private static final int AT_ONCE = 4;

  /** How many changes of each kind go before those that count: JVMs do slowly what is new. */
  private static final int FIRST_OF_A_KIND = 10;

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
    Latenesses unmeasured = make(course, FIRST_OF_A_KIND * KINDS.size());
    course.before();
    Latenesses measured = make(course, changes);
    course.during(course.figures());
    course.checkAtMost("%,d changes: p99 to the last node".formatted(changes), measured.p99(), p99);
    course.checkAtMost("the worst", measured.worst(), WORST);
    course.checkAtMost("changes missed", unmeasured.missed() + measured.missed(), 0);
    measured.tell(course);
  }

  /** Makes so many changes, of all kinds in turn and on all nodes in turn. */
  private static Latenesses make(Course course, int changes) {
    int nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE).size();
    Latenesses latenesses = new Latenesses();
    var _ =
        Ground.all(
            AT_ONCE,
            changes,
            i -> {
              Change kind = KINDS.get(i % KINDS.size());
              // The next round of all kinds begins at the next node.
              int node = (i + i / KINDS.size()) % nodes;
              Duration late = lateness(course, kind, node + 1);
              latenesses.add(kind, late);
              return late;
            });
    return latenesses;
  }

  private static Duration lateness(Course course, Change kind, int node) {
    Change.Prepared change = kind.prepare(course.fleet().operator(node), course.ground());
    Propagation.awaitKnown(course, List.of(change.key()));
    course.truth().add(change.key());
    change.run();
    Duration last = Propagation.await(course, List.of(change.key()), LIMIT);
    if (last.compareTo(WORST) > 0) {
      course.note("%s took %s".formatted(kind, Report.text(last)));
    }
    return last;
  }

  /** How late changes were. Safe for use by many threads. */
  private static final class Latenesses {
    private final ConcurrentHistogram all = new ConcurrentHistogram(3);
    private final LongAdder missed = new LongAdder();
    private final Map<Change, ConcurrentHistogram> byKind =
        KINDS.stream()
            .collect(Collectors.toMap(Function.identity(), kind -> new ConcurrentHistogram(3)));

    void add(Change kind, Duration late) {
      all.recordValue(late.toNanos());
      byKind.get(kind).recordValue(late.toNanos());
      if (late.compareTo(LIMIT) >= 0) {
        missed.increment();
      }
    }

    Duration p99() {
      return Duration.ofNanos(all.getValueAtPercentile(99));
    }

    Duration worst() {
      return Duration.ofNanos(all.getMaxValue());
    }

    long missed() {
      return missed.sum();
    }

    void tell(Course course) {
      course.detail(line("all", all));
      KINDS.forEach(kind -> course.detail(line(kind.name(), byKind.get(kind))));
    }

    private static String line(String what, ConcurrentHistogram late) {
      return "%-18s  p50 %7s  p99 %7s  worst %7s"
          .formatted(
              what,
              Report.text(Duration.ofNanos(late.getValueAtPercentile(50))),
              Report.text(Duration.ofNanos(late.getValueAtPercentile(99))),
              Report.text(Duration.ofNanos(late.getMaxValue())));
    }
  }
}
