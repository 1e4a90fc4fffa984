package dev.latchkey.harness.bench;

import java.util.List;
import java.util.Locale;

/**
 * What several pairs of measurements have shown.
 *
 * @param minimum the least ratio
 * @param median the one in the middle
 * @param maximum the largest
 */
record Ratios(double minimum, double median, double maximum) {
  static Ratios of(List<Double> ratios) {
    List<Double> sorted = ratios.stream().sorted().toList();
    return new Ratios(sorted.getFirst(), median(sorted), sorted.getLast());
  }

  private static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** In words. */
  String text() {
    return String.format(
        Locale.ROOT, "minimum %.3f, median %.3f, maximum %.3f", minimum, median, maximum);
  }
}
