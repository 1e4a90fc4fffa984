package dev.latchkey.harness.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Measures two loads against each other: both warmed up first, until neither gets faster any more,
 * then in pairs within one run, the one that goes first taking turns, so that what changes on the
 * machine meets both alike.
 */
final class Pairs {
  private final String name;
  private final Load measured;
  private final String baselineName;
  private final Load baseline;
  private final ToDoubleFunction<Figures> compared;
  private final PrintWriter out;

  /**
   * What the pairs have shown.
   *
   * @param measured the name of what was measured
   * @param of its figures, in the order of the pairs
   * @param baseline the name of what it was measured against
   * @param against the figures of that
   * @param ratios what is compared of the one by that of the other
   */
  record Outcome(
      String measured, List<Figures> of, String baseline, List<Figures> against, Ratios ratios) {
    /** The median of the ratios as a result. */
    Result result(String benchmark, String figure, String versus, Bound bound) {
      return new Result(
          benchmark,
          figure,
          versus,
          bound,
          ratios.median(),
          "%s over %d pairs; %s; %s"
              .formatted(ratios.text(), of.size(), text(measured, of), text(baseline, against)));
    }

    private static String text(String name, List<Figures> figures) {
      return String.format(
          Locale.ROOT,
          "%s %,.0f/s, p50 %,.0f µs, p99 %,.0f µs, p99.9 %,.0f µs",
          name,
          average(figures, Figures::callsPerSecond),
          average(figures, Figures::medianMicros),
          average(figures, Figures::p99Micros),
          average(figures, Figures::p999Micros));
    }

    private static double average(List<Figures> figures, ToDoubleFunction<Figures> part) {
      return figures.stream().mapToDouble(part).average().orElse(0);
    }
  }

  /** Compares calls a second. */
  Pairs(String name, Load measured, String baselineName, Load baseline, PrintWriter out) {
    this(name, measured, baselineName, baseline, Figures::callsPerSecond, out);
  }

  /**
   * @param compared the part of the figures to compare
   */
  Pairs(
      String name,
      Load measured,
      String baselineName,
      Load baseline,
      ToDoubleFunction<Figures> compared,
      PrintWriter out) {
    this.name = name;
    this.measured = measured;
    this.baselineName = baselineName;
    this.baseline = baseline;
    this.compared = compared;
    this.out = out;
  }

  /** Warms both up, then runs and prints the pairs. */
  Outcome run(BenchOptions options) {
    WarmUp.run(options, out, baseline, measured);
    return run(options.pairs, Duration.ofSeconds(options.seconds));
  }

  private Outcome run(int pairs, Duration each) {
    out.printf(
        "%d s each; %d processors shared by all that runs, Java %s%n%n",
        each.toSeconds(), Runtime.getRuntime().availableProcessors(), Runtime.version());
    out.printf("%-6s%-16s%12s%12s%12s%9s%n", "pair", "", "calls/s", "p50 µs", "p99 µs", "ratio");
    List<Figures> of = new ArrayList<>();
    List<Figures> against = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int pair = 1; pair <= pairs; pair++) {
      boolean baselineFirst = pair % 2 == 1;
      Figures first = (baselineFirst ? baseline : measured).run(each);
      Figures second = (baselineFirst ? measured : baseline).run(each);
      of.add(baselineFirst ? second : first);
      against.add(baselineFirst ? first : second);
      ratios.add(compared.applyAsDouble(of.getLast()) / compared.applyAsDouble(against.getLast()));
      print(pair, baselineName, against.getLast(), "");
      print(pair, name, of.getLast(), String.format(Locale.ROOT, "%.3f", ratios.getLast()));
    }
    return new Outcome(name, of, baselineName, against, Ratios.of(ratios));
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
