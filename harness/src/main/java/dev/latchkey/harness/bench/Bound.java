package dev.latchkey.harness.bench;

import java.util.Locale;

/**
 * What a figure has to reach.
 *
 * @param most whether it is the most that is allowed, or else the least
 * @param must what it has to reach
 * @param goal what it is meant to reach
 * @param unit with a space before it; empty for ratios
 */
record Bound(boolean most, double must, double goal, String unit) {
  static Bound atLeast(double must, double goal, String unit) {
    return new Bound(false, must, goal, unit);
  }

  static Bound atMost(double must, double goal, String unit) {
    return new Bound(true, must, goal, unit);
  }

  /** Whether a value is as it must be. */
  boolean holds(double value) {
    return reaches(value, must);
  }

  /** Whether a value is as it is meant to be. */
  boolean isReached(double value) {
    return reaches(value, goal);
  }

  private boolean reaches(double value, double limit) {
    return most ? value <= limit : value >= limit;
  }

  String mustText() {
    return sign() + text(must);
  }

  String goalText() {
    return sign() + text(goal);
  }

  private String sign() {
    return most ? "≤ " : "≥ ";
  }

  /** A value as people read it. */
  String text(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f%s" : "%,.0f%s", value, unit);
  }
}
