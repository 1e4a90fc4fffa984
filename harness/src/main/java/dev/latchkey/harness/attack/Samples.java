package dev.latchkey.harness.attack;

import java.util.DoubleSummaryStatistics;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Figures out of a page of metrics in Prometheus' text format. */
public final class Samples {
  private Samples() {}

  /**
   * The sum of a metric over all its labels; 0 where there is none of that name.
   *
   * @param page as {@code /metrics} answers
   * @param name with its suffix: {@code latchkey_keys_lookups_total}
   */
  public static double sum(String page, String name) {
    return find(page, name).orElse(0);
  }

  /**
   * The sum of those samples of a metric that have a label.
   *
   * @param label with its value: {@code outcome="unknown"}
   */
  public static double sum(String page, String name, String label) {
    return sum(
        page.lines().filter(line -> line.contains(label)).collect(Collectors.joining("\n")), name);
  }

  /** The sum of a metric over all its labels; empty where there is none of that name. */
  public static OptionalDouble find(String page, String name) {
    DoubleSummaryStatistics found =
        page.lines()
            .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .summaryStatistics();
    return found.getCount() == 0 ? OptionalDouble.empty() : OptionalDouble.of(found.getSum());
  }
}
