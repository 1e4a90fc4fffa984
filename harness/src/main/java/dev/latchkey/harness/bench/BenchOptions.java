package dev.latchkey.harness.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every benchmark of a server against another can be told. */
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
  }

  /** Refuses a value that is not from 1 to the largest. */
  void check(String option, int value, int largest) {
    if (value < 1 || value > largest) {
      throw new ParameterException(
          spec.commandLine(), "%s: %d (expected: 1 to %d)".formatted(option, value, largest));
    }
  }
}
