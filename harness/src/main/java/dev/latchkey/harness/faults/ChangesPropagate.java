package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** How soon a change of any kind, made on one node, is known to the last of all nodes. */
final class ChangesPropagate implements Scenario {
  private static final List<Change> KINDS = List.copyOf(EnumSet.allOf(Change.class));
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration P99 = Duration.ofMillis(100);
  private static final Duration WORST = Duration.ofSeconds(1);
  private static final int AT_ONCE = 4;

  /** The time between two changes: a tenth of a second, as if many tenants were busy. */
  private static final Duration APART = Duration.ofMillis(100);

  private static final Duration APART_UNJUDGED = Duration.ofMillis(50);

  /** How many changes are got ready together, and the rest after that. */
  private static final int PREPARED = 70;

  private static final Duration REST = Duration.ofSeconds(1);

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
    // JVMs do slowly what is new.
    int rounds = course.form().judgesMilliseconds() ? course.form().choose(10, 30) : 0;
    Latenesses unmeasured = make(course, rounds * KINDS.size());
    course.before();
    Latenesses measured = make(course, changes);
    Figures during = course.figures();
    course.during(during);
    course.checkAtMost("failed calls", during.failedCalls(), 0);
    course.checkMillis("%,d changes: p99 to the last node".formatted(changes), measured.p99(), P99);
    course.checkAtMost("the worst", measured.worst(), WORST);
    course.checkAtMost("changes missed", unmeasured.missed() + measured.missed(), 0);
    measured.tell(course);
  }

  /** Makes so many changes, of all kinds in turn and on all nodes in turn. */
  private static Latenesses make(Course course, int changes) {
    int nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE).size();
    Latenesses latenesses = new Latenesses();
    for (int done = 0; done < changes; done += PREPARED) {
      int first = done;
      // Making tenants and keys is a load of its own, so it is over before a change is measured.
      List<Ready> ready =
          Ground.all(
              AT_ONCE,
              Math.min(PREPARED, changes - first),
              i -> {
                Change kind = KINDS.get((first + i) % KINDS.size());
                // The next round of all kinds begins at the next node.
                int node = (first + i + (first + i) / KINDS.size()) % nodes;
                Change.Prepared change =
                    kind.prepare(course.fleet().operator(node + 1), course.ground());
                Propagation.awaitKnown(course, List.of(change.key()));
                course.truth().add(change.key());
                return new Ready(kind, change);
              });
      course.traffic().pause(REST);
      Pace pace = new Pace(course.form().judgesMilliseconds() ? APART : APART_UNJUDGED);
      latenesses.addAll(
          Ground.all(
              AT_ONCE,
              ready.size(),
              i -> {
                pace.await(i);
                return new Late(ready.get(i).kind(), make(course, ready.get(i)));
              }));
    }
    return latenesses;
  }

  /** A change that is ready to be made. */
  private record Ready(Change kind, Change.Prepared change) {}

  /** How late a change was. */
  private record Late(Change kind, Duration last) {}

  private static Duration make(Course course, Ready ready) {
    ready.change().run();
    Duration last = Propagation.await(course, List.of(ready.change().key()), LIMIT);
    if (last.compareTo(WORST) > 0) {
      course.note("%s took %s".formatted(ready.kind(), Report.text(last)));
    }
    return last;
  }

  /** How late changes were. For one thread. */
  private static final class Latenesses {
    private final Histogram all = new Histogram(3);
    private long missed;
    private final Map<Change, Histogram> byKind =
        KINDS.stream().collect(Collectors.toMap(Function.identity(), kind -> new Histogram(3)));

    void addAll(List<Late> more) {
      for (Late late : more) {
        all.recordValue(late.last().toNanos());
        Objects.requireNonNull(byKind.get(late.kind())).recordValue(late.last().toNanos());
        if (late.last().compareTo(LIMIT) >= 0) {
          missed++;
        }
      }
    }

    Duration p99() {
      return Duration.ofNanos(all.getValueAtPercentile(99));
    }

    Duration worst() {
      return Duration.ofNanos(all.getMaxValue());
    }

    long missed() {
      return missed;
    }

    void tell(Course course) {
      course.detail(line("all", all));
      KINDS.forEach(
          kind -> course.detail(line(kind.name(), Objects.requireNonNull(byKind.get(kind)))));
    }

    private static String line(String what, Histogram late) {
      return "%-18s  p50 %7s  p99 %7s  worst %7s"
          .formatted(
              what,
              Report.text(Duration.ofNanos(late.getValueAtPercentile(50))),
              Report.text(Duration.ofNanos(late.getValueAtPercentile(99))),
              Report.text(Duration.ofNanos(late.getMaxValue())));
    }
  }
}
