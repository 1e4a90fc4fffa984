package dev.latchkey.harness.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures two loads against each other: both warmed up first, then in pairs within one run, the
 * one that goes first taking turns, so that what changes on the machine meets both alike.
 */
final class Pairs {
  private final String name;
  private final Load measured;
  private final String baselineName;
  private final Load baseline;
  private final PrintWriter out;

  /**
   * What the pairs have shown.
   *
   * @param measured the name of what was measured
   * @param of its figures, in the order of the pairs
   * @param baseline the name of what it was measured against
   * @param against the figures of that
   */
  record Outcome(String measured, List<Figures> of, String baseline, List<Figures> against) {
    /** Calls a second of the one by those of the other. */
    Ratios ratios() {
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < of.size(); i++) {
        ratios.add(of.get(i).callsPerSecond() / against.get(i).callsPerSecond());
      }
      return Ratios.of(ratios);
    }

    /** The ratio of calls a second as a result. */
    Result result(String benchmark, String figure, String versus, Bound bound) {
      return new Result(
          benchmark,
          figure,
          versus,
          bound,
          ratios().median(),
          "%s over %d pairs; %s; %s"
              .formatted(ratios().text(), of.size(), text(measured, of), text(baseline, against)));
    }

    private static String text(String name, List<Figures> figures) {
      return String.format(
          Locale.ROOT,
          "%s %,.0f/s, p50 %.0f µs, p99 %.0f µs",
          name,
          figures.stream().mapToDouble(Figures::callsPerSecond).average().orElse(0),
          figures.stream().mapToDouble(Figures::medianMicros).average().orElse(0),
          figures.stream().mapToDouble(Figures::p99Micros).average().orElse(0));
    }
  }

  Pairs(String name, Load measured, String baselineName, Load baseline, PrintWriter out) {
    this.name = name;
    this.measured = measured;
    this.baselineName = baselineName;
    this.baseline = baseline;
    this.out = out;
  }

  /** Warms both up, then runs and prints the pairs. */
  Outcome run(BenchOptions options) {
    warmUp(Duration.ofSeconds(options.warmUp));
    return run(options.pairs, Duration.ofSeconds(options.seconds));
  }

  private void warmUp(Duration each) {
    out.printf("warming up, %d s each%n", each.toSeconds());
    out.flush();
    baseline.run(each);
    measured.run(each);
  }

  private Outcome run(int pairs, Duration each) {
    out.printf(
        "%d s each; %d processors shared by all that runs, Java %s%n%n",
        each.toSeconds(), Runtime.getRuntime().availableProcessors(), Runtime.version());
    out.printf("%-6s%-16s%12s%12s%12s%9s%n", "pair", "", "calls/s", "p50 µs", "p99 µs", "ratio");
    List<Figures> of = new ArrayList<>();
    List<Figures> against = new ArrayList<>();
    for (int pair = 1; pair <= pairs; pair++) {
      boolean baselineFirst = pair % 2 == 1;
      Figures first = (baselineFirst ? baseline : measured).run(each);
      Figures second = (baselineFirst ? measured : baseline).run(each);
      of.add(baselineFirst ? second : first);
      against.add(baselineFirst ? first : second);
      print(pair, baselineName, against.getLast(), "");
      print(
          pair,
          name,
          of.getLast(),
          String.format(
              Locale.ROOT,
              "%.3f",
              of.getLast().callsPerSecond() / against.getLast().callsPerSecond()));
    }
    return new Outcome(name, of, baselineName, against);
  }

  private void print(int pair, String server, Figures figures, String ratio) {
    out.printf(
        Locale.ROOT,
        "%-6d%-16s%12.0f%12.0f%12.0f%9s%n",
        pair,
        server,
        figures.callsPerSecond(),
        figures.medianMicros(),
        figures.p99Micros(),
        ratio);
    out.flush();
  }
}
