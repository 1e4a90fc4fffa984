package dev.latchkey.harness.bench;

import java.util.Optional;

/**
 * One figure.
 *
 * @param benchmark the name of the benchmark that made it
 * @param figure what was measured; unlike that of every other result
 * @param against what it was measured against; empty if it stands for itself
 * @param bound what it has to reach
 * @param value what was measured: the median where there are several
 * @param details the spread and the absolute figures, in words
 * @param plot what it looks like over something else that was varied
 */
record Result(
    String benchmark,
    String figure,
    String against,
    Bound bound,
    double value,
    String details,
    Optional<Plot> plot) {
  /** A figure without a plot. */
  Result(
      String benchmark, String figure, String against, Bound bound, double value, String details) {
    this(benchmark, figure, against, bound, value, details, Optional.empty());
  }

  /** The same with a plot. */
  Result with(Plot plot) {
    return new Result(benchmark, figure, against, bound, value, details, Optional.of(plot));
  }

  /** The same with more to its details. */
  Result and(String more) {
    return new Result(benchmark, figure, against, bound, value, details + "; " + more, plot);
  }

  /** Whether the figure is as it must be. */
  boolean held() {
    return bound.holds(value);
  }

  String verdict() {
    return bound.isReached(value) ? "goal reached" : held() ? "held" : "MISSED";
  }
}
