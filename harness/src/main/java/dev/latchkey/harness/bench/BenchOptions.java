package dev.latchkey.harness.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What benchmarks can be told. */
final class BenchOptions {
  @Option(names = "--warm-up", description = "Seconds of warm-up for each server, 1 to 600.")
  int warmUp = 20;

  @Option(names = "--pairs", description = "Pairs of measurements, 1 to 100.")
  int pairs = 5;

  @Option(names = "--seconds", description = "Seconds for each measurement, 1 to 600.")
  int seconds = 10;

  @Option(names = "--keys", description = "Keys to choose from at random, 1 to 100000.")
  int keys = 10_000;

  @Option(names = "--in-flight", description = "Unary calls under way at any time, 1 to 1000.")
  int inFlight = 64;

  @Option(names = "--connections", description = "Connections to each server, 1 to 64.")
  int connections = 4;

  @Option(
      names = "--stream-in-flight",
      description = "Requests of streams under way at any time, 1 to 4000.")
  int streamInFlight = 256;

  @Option(names = "--stored", description = "Keys stored beside the hot ones, 10000 to 50000000.")
  int stored = 5_000_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /** Refuses what is out of its range. */
  void check() {
    check("--warm-up", warmUp, 600);
    check("--pairs", pairs, 100);
    check("--seconds", seconds, 600);
    check("--keys", keys, 100_000);
    check("--in-flight", inFlight, 1_000);
    check("--connections", connections, 64);
    check("--stream-in-flight", streamInFlight, 4_000);
    check("--stored", stored, 10_000, 50_000_000);
  }

  private void check(String option, int value, int largest) {
    check(option, value, 1, largest);
  }

  private void check(String option, int value, int least, int largest) {
    if (value < least || value > largest) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: %d (expected: %d to %d)".formatted(option, value, least, largest));
    }
  }
}
