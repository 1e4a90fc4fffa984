package dev.latchkey.harness.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;

/**
 * What goes before every measurement: each load runs for the time of the warm-up, then all of them
 * in turn until none gets faster any more, at most for {@value #MOST_ROUNDS} rounds. Code that is
 * compiled late would make one of them slower than it is.
 */
final class WarmUp {
  private static final Duration ROUND = Duration.ofSeconds(8);
  private static final int MOST_ROUNDS = 6;

  /** Faster by less is standing still. */
  private static final double STILL = 1.05;

  private WarmUp() {}

  static void run(BenchOptions options, PrintWriter out, Load... loads) {
    out.printf("warming up, %d s each, then until they get no faster%n", options.warmUp);
    out.flush();
    Duration first = Duration.ofSeconds(options.warmUp);
    double[] fastest =
        Arrays.stream(loads).mapToDouble(load -> load.run(first).callsPerSecond()).toArray();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      boolean still = true;
      for (int i = 0; i < loads.length; i++) {
        double speed = loads[i].run(ROUND).callsPerSecond();
        still &= speed <= fastest[i] * STILL;
        fastest[i] = Math.max(fastest[i], speed);
      }
      if (still) {
        return;
      }
    }
  }
}
