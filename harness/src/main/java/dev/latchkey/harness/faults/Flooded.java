package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.Flood;
import dev.latchkey.harness.attack.Texts;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A flood of texts that are no keys on all nodes. The load generator shares the machine with the
 * services, so the undisturbed is measured a second time beside the same flood of a server that
 * does nothing.
 */
final class Flooded implements Scenario {
  /** What floods. */
  enum Kind {
    /** Not even shaped like a key. */
    GARBAGE,
    /** Shaped like a key, checksum and all; half of them new, half of a hundred again and again. */
    UNKNOWN_KEYS
  }

  /** Generator, services and databases take all that a machine with two processors has. */
  private static final Duration FLOOR = Duration.ofMillis(100);

  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final int AGAIN = 100;
  private static final long GROWTH = 32L << 20;
  private static final long RESIDENT_GROWTH = 96L << 20;
  private static final String QUERIES = "latchkey_keys_lookup_queries_total";
  private static final String LOOKUPS = "latchkey_keys_lookups_total";

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
  public void run(Course course) throws IOException {
    Form form = course.form();
    int rate = form.choose(3_000, 20_000);
    Duration time = form.choose(Duration.ofSeconds(4), Duration.ofSeconds(60));
    LongAdder fresh = new LongAdder();
    Supplier<String> texts = texts(course, fresh);
    Propagation.awaitKnown(course, course.truth().good());
    Duration warmUp =
        form.judgesMilliseconds()
            ? form.choose(Duration.ofSeconds(2), Duration.ofSeconds(20))
            : Duration.ofSeconds(1);
    List<Flood> first = floods(course, texts, rate, warmUp);
    course.traffic().pause(warmUp);
    first.forEach(Flood::close);
    course.traffic().pause(REST);
    Figures alone = course.before(form.choose(Duration.ofSeconds(1), Duration.ofSeconds(10)));
    Figures beside = form.judgesMilliseconds() ? besideNothing(course, texts, rate, time) : alone;
    fresh.reset();
    Map<String, Long> heap = Nodes.liveHeap(course.fleet());
    Map<String, Long> resident = Nodes.resident(course.fleet());
    double queries = Nodes.sum(course.fleet(), QUERIES);
    double lookups = Nodes.sum(course.fleet(), LOOKUPS);
    List<Flood> floods = floods(course, texts, rate, time);
    Figures during;
    try {
      during = course.during(time);
    } finally {
      floods.forEach(Flood::close);
    }
    check(course, floods, rate, time);
    checkLatency(course, alone, beside, during);
    checkQueries(
        course,
        fresh.sum(),
        Math.round(Nodes.sum(course.fleet(), LOOKUPS) - lookups),
        Math.round(Nodes.sum(course.fleet(), QUERIES) - queries),
        time);
    checkGrowth(course, "live heap", heap, Nodes.liveHeap(course.fleet()), GROWTH);
    checkGrowth(
        course, "resident memory", resident, Nodes.resident(course.fleet()), RESIDENT_GROWTH);
  }

  private static List<Flood> floods(
      Course course, Supplier<String> texts, int rate, Duration time) {
    List<Party> nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE);
    return nodes.stream()
        .map(
            node ->
                Flood.start(
                    course.fleet().target(node),
                    course.fleet().operatorKey(),
                    texts,
                    rate / nodes.size(),
                    time))
        .toList();
  }

  private Supplier<String> texts(Course course, LongAdder fresh) {
    if (kind == Kind.GARBAGE) {
      return Texts::garbage;
    }
    Secret like = course.truth().good().getFirst().secret();
    List<String> again = IntStream.range(0, AGAIN).mapToObj(_ -> Texts.wellFormed(like)).toList();
    return () -> {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextBoolean()) {
        return again.get(random.nextInt(AGAIN));
      }
      fresh.increment();
      return Texts.wellFormed(like);
    };
  }

  private static Figures besideNothing(
      Course course, Supplier<String> texts, int rate, Duration time) throws IOException {
    try (DenyAll server = DenyAll.start();
        Flood flood =
            Flood.start(
                server.target(), course.fleet().operatorKey(), texts, rate, time.plusSeconds(5))) {
      Figures beside = course.measure(time);
      course.note("%,d calls to the server that does nothing".formatted(flood.sent()));
      return beside;
    }
  }

  private static void check(Course course, List<Flood> floods, int rate, Duration time) {
    long sent = floods.stream().mapToLong(Flood::sent).sum();
    course.check(
        "the flood is at least half of %,d a second".formatted(rate),
        "%,.0f/s".formatted(sent * 1e3 / time.toMillis()),
        sent * 2 >= rate * time.toSeconds());
    course.checkAtMost(
        "text of the flood allowed", floods.stream().mapToLong(Flood::allowed).sum(), 0);
    long answered = floods.stream().mapToLong(Flood::denied).sum();
    course.note("%,d sent, %,d denied".formatted(sent, answered));
  }

  private static void checkLatency(Course course, Figures alone, Figures beside, Figures during) {
    course.checkAtMost("failed calls of known keys", during.failedCalls(), 0);
    Duration twice = beside.p99().multipliedBy(2);
    Duration bound = twice.compareTo(FLOOR) > 0 ? twice : FLOOR;
    course.judgeMillis(
        "known keys' p99 ≤ 2 × beside the same flood of a server that does nothing, or %s"
            .formatted(Report.text(FLOOR)),
        "%s alone, %s beside → %s"
            .formatted(
                Report.text(alone.p99()), Report.text(beside.p99()), Report.text(during.p99())),
        during.p99().compareTo(bound) <= 0);
  }

  private void checkQueries(Course course, long fresh, long lookups, long queries, Duration time) {
    if (kind == Kind.GARBAGE) {
      course.checkAtMost("query for garbage", queries, 0);
      return;
    }
    int nodes = course.nodes().size();
    // A text that was asked again is looked up once in the time that it is remembered.
    long again = AGAIN * (time.dividedBy(REMEMBERED) + 2) * nodes;
    // What is remembered is bounded: a flood may drive something out before its time.
    long most = (fresh + again) * 101 / 100;
    course.checkAtMost("look-ups: the new texts, the others once in 5 s", lookups, most);
    // At the short form's rate few wait together, and on a fast machine none.
    int perQuery = course.form().choose(1, 5);
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
