package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.FloodCounts;
import dev.latchkey.harness.attack.FloodProcess;
import dev.latchkey.harness.attack.FloodProgram;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.kit.secret.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A flood of texts that are no keys on all nodes. It stands for other machines, so its generator is
 * a process that gets the processors' time that is left over.
 */
final class Flooded implements Scenario {
  /** What floods. */
  enum Kind {
    /** Not even shaped like a key. */
    GARBAGE,
    /** Shaped like a key, checksum and all; half of them new, half of a hundred again and again. */
    UNKNOWN_KEYS
  }

  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final long GROWTH = 32L << 20;
  private static final long RESIDENT_GROWTH = 96L << 20;
  private static final String QUERIES = "latchkey_keys_lookup_queries_total";
  private static final String LOOKUPS = "latchkey_keys_lookups_total";

  /** A text that was looked up and is no key: all of the flood, and nothing of the load. */
  private static final String UNKNOWN = "outcome=\"unknown\"";

  private final Kind kind;

  Flooded(Kind kind) {
    this.kind = kind;
  }

  @Override
  public String name() {
    return kind == Kind.GARBAGE ? "flood-garbage" : "flood-unknown-keys";
  }

  @Override
  public String fault() {
    return kind == Kind.GARBAGE ? "flood of garbage" : "flood of well-formed unknown keys";
  }

  @Override
  public void run(Course course) {
    Form form = course.form();
    int rate = form.choose(3_000, 20_000);
    Duration time = form.choose(Duration.ofSeconds(4), Duration.ofSeconds(60));
    // Every node has all keys of the load in memory: what is looked up is the flood's.
    Propagation.onlyDenied(course);
    List<String> nodes =
        course.fleet().nodes(Party.Kind.KEY_SERVICE).stream().map(course.fleet()::target).toList();
    // Where milliseconds are not judged, other programs may leave nothing over.
    int niceness = form.judgesMilliseconds() ? FloodProcess.NICEST : 0;
    try (FloodProcess flood =
        FloodProcess.start(course.fleet().operatorKey(), like(course), niceness)) {
      warmUp(course, flood, nodes, rate);
      Figures alone = course.before(form.choose(Duration.ofSeconds(1), Duration.ofSeconds(10)));
      Map<String, Long> heap = Nodes.liveHeap(course.fleet());
      Map<String, Long> resident = Nodes.resident(course.fleet());
      double queries = Nodes.sum(course.fleet(), QUERIES);
      double lookups = Nodes.sum(course.fleet(), LOOKUPS);
      double unknown = Nodes.sum(course.fleet(), LOOKUPS, UNKNOWN);
      flood.begin(nodes, rate, time);
      Figures during = course.during(time);
      FloodCounts counts = flood.end();
      check(course, counts, rate, time);
      course.checkAtMost("failed calls of known keys", during.failedCalls(), 0);
      course.checkTwice(alone, during, form.noise());
      long asked = Math.round(Nodes.sum(course.fleet(), LOOKUPS, UNKNOWN) - unknown);
      if (kind == Kind.GARBAGE) {
        course.checkAtMost("look-up of garbage", asked, 0);
      } else {
        // The same counter as for garbage, seen to count.
        course.check("unknown keys were looked up", "%,d".formatted(asked), asked > 0);
        checkQueries(
            course,
            counts.fresh(),
            Math.round(Nodes.sum(course.fleet(), LOOKUPS) - lookups),
            Math.round(Nodes.sum(course.fleet(), QUERIES) - queries),
            time);
      }
      checkGrowth(course, "live heap", heap, Nodes.liveHeap(course.fleet()), GROWTH);
      checkGrowth(
          course, "resident memory", resident, Nodes.resident(course.fleet()), RESIDENT_GROWTH);
    }
  }

  /** JVMs do slowly what is new. */
  private static void warmUp(Course course, FloodProcess flood, List<String> nodes, int rate) {
    Form form = course.form();
    Duration time =
        form.judgesMilliseconds()
            ? form.choose(Duration.ofSeconds(2), Duration.ofSeconds(20))
            : Duration.ofSeconds(1);
    flood.begin(nodes, rate, time);
    course.traffic().pause(time);
    FloodCounts _ = flood.end();
    course.traffic().pause(REST);
  }

  private Optional<Secret> like(Course course) {
    return kind == Kind.GARBAGE
        ? Optional.empty()
        : Optional.of(course.truth().good().getFirst().secret());
  }

  private static void check(Course course, FloodCounts flood, int rate, Duration time) {
    course.check(
        "the flood is at least half of %,d a second".formatted(rate),
        "%,.0f/s".formatted(flood.sent() * 1e3 / time.toMillis()),
        flood.sent() * 2 >= rate * time.toSeconds());
    course.checkAtMost("text of the flood allowed", flood.allowed(), 0);
    course.note("%,d sent, %,d denied".formatted(flood.sent(), flood.denied()));
  }

  private static void checkQueries(
      Course course, long fresh, long lookups, long queries, Duration time) {
    int nodes = course.nodes().size();
    // A text that was asked again is looked up once in the time that it is remembered.
    long again = FloodProgram.AGAIN * (time.dividedBy(REMEMBERED) + 2) * nodes;
    // What is remembered is bounded: a flood may drive something out before its time.
    long most = (fresh + again) * 101 / 100;
    course.checkAtMost("look-ups: the new texts, the others once in 5 s", lookups, most);
    // At the short form's rate few come in the time that texts wait together.
    int perQuery = course.form().choose(2, 15);
    course.checkAtMost(
        "queries of the database: one for %d of them".formatted(perQuery),
        queries,
        lookups / perQuery);
    course.check("the flood reached the database", "%,d queries".formatted(queries), queries > 0);
  }

  private static void checkGrowth(
      Course course, String what, Map<String, Long> before, Map<String, Long> after, long bound) {
    long growth = Nodes.mostGrowth(before, after);
    course.check(
        "growth of a node's %s ≤ %d MiB".formatted(what, bound >> 20),
        "%.1f MiB".formatted(growth / (double) (1 << 20)),
        growth <= bound);
  }
}
