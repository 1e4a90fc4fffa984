package dev.latchkey.harness.bench;

import java.io.PrintWriter;
import java.util.List;

/**
 * Something that is measured. To add one, implement this and name it in {@link Benchmarks#all}. It
 * starts what it needs in processes and a folder of its own, says what it does as it goes, and
 * leaves nothing behind. What it measures against something else it measures in the same run, the
 * one that goes first taking turns.
 */
interface Benchmark {
  /** Its name on the command line: lower case with dashes. */
  String name();

  /** What it measures, in one line. */
  String description();

  /**
   * Measures.
   *
   * @param options how long and how often; a benchmark leaves alone what has no meaning for it
   * @throws Exception if anything but the figures went wrong: a call failed, a process ended
   */
  List<Result> run(BenchOptions options, PrintWriter out) throws Exception;
}
