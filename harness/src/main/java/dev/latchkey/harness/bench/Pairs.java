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

  Pairs(String name, Load measured, String baselineName, Load baseline, PrintWriter out) {
    this.name = name;
    this.measured = measured;
    this.baselineName = baselineName;
    this.baseline = baseline;
    this.out = out;
  }

  void warmUp(Duration each) {
    out.printf("warming up, %d s each%n", each.toSeconds());
    out.flush();
    baseline.run(each);
    measured.run(each);
  }

  /** Runs the pairs and prints each, then the ratio's minimum, median and maximum. */
  void run(int pairs, Duration each) {
    out.printf(
        "%d s each; %d processors shared by both servers and the load generator, Java %s%n%n",
        each.toSeconds(), Runtime.getRuntime().availableProcessors(), Runtime.version());
    out.printf(
        "%-6s%-14s%12s%12s%12s%9s%n", "pair", "server", "calls/s", "p50 µs", "p99 µs", "ratio");
    List<Double> ratios = new ArrayList<>();
    for (int pair = 1; pair <= pairs; pair++) {
      boolean baselineFirst = pair % 2 == 1;
      Figures first = (baselineFirst ? baseline : measured).run(each);
      Figures second = (baselineFirst ? measured : baseline).run(each);
      Figures of = baselineFirst ? second : first;
      Figures against = baselineFirst ? first : second;
      double ratio = of.callsPerSecond() / against.callsPerSecond();
      ratios.add(ratio);
      print(pair, baselineName, against, "");
      print(pair, name, of, String.format(Locale.ROOT, "%.3f", ratio));
    }
    ratios.sort(null);
    out.printf(
        Locale.ROOT,
        "%nratio of %s to %s: minimum %.3f, median %.3f, maximum %.3f over %d pairs%n",
        name,
        baselineName,
        ratios.getFirst(),
        median(ratios),
        ratios.getLast(),
        pairs);
    out.flush();
  }

  private void print(int pair, String server, Figures figures, String ratio) {
    out.printf(
        Locale.ROOT,
        "%-6d%-14s%12.0f%12.0f%12.0f%9s%n",
        pair,
        server,
        figures.callsPerSecond(),
        figures.medianMicros(),
        figures.p99Micros(),
        ratio);
    out.flush();
  }

  static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
