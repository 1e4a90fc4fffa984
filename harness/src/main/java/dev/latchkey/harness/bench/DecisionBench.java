package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Build;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The decision alone, without the transport: measured with JMH within one more node of key-service,
 * whose insides only the module {@code harness/decision-bench} reaches.
 */
final class DecisionBench implements Benchmark {
  private static final String MODULE = "harness/decision-bench";
  private static final String PROCESS = "decision-bench";
  private static final String PROGRAM = "dev.latchkey.keys.authenticate.DecisionBenchmarks";

  /** With four benchmarks, the whole takes less than two minutes. */
  private static final int LONGEST_WARM_UP = 8;

  private static final int LONGEST = 5;
  private static final long LIMIT_MINUTES = 5;
  private static final double NANOS_PER_MICRO = 1e3;

  /**
   * One benchmark of the module.
   *
   * @param nanos for an operation
   * @param error half of the 99.9 % confidence interval, in nanoseconds
   * @param bytes allocated by an operation
   */
  private record Measured(String name, double nanos, double error, double bytes) {
    static Measured read(String line) {
      String[] parts = line.split(" ", -1);
      return new Measured(
          parts[0],
          Double.parseDouble(parts[1]),
          Double.parseDouble(parts[2]),
          Double.parseDouble(parts[3]));
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%.2f ± %.2f µs and %.0f B",
          nanos / NANOS_PER_MICRO,
          error / NANOS_PER_MICRO,
          bytes);
    }
  }

  @Override
  public String name() {
    return "decision";
  }

  @Override
  public String description() {
    return "The decision alone, one thread, with JMH: time and bytes allocated.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out)
      throws IOException, InterruptedException, SQLException {
    out.println("starting key-service and tenant-service");
    out.flush();
    try (Platform platform =
        Platform.start(Platform.FULL_SPEED, Service.TENANT_SERVICE, Service.KEY_SERVICE)) {
      out.printf("issuing %,d keys%n", options.keys);
      out.flush();
      Path requests = write(platform, options.keys);
      Map<String, Measured> measured = measure(platform, requests, options, out);
      Measured decision = get(measured, "decision");
      return List.of(
          new Result(
              name(),
              "The decision alone (parse, checksum, SHA-256, look-up, every check), one thread",
              "",
              Bound.atMost(2.0, 1.0, " µs"),
              decision.nanos() / NANOS_PER_MICRO,
              String.format(
                  Locale.ROOT,
                  "for each decision on %,d keys in turn %s, on one key %s; of requests that draw"
                      + " from no limit %s; with the answer written to some bytes %s",
                  options.keys,
                  decision.text(),
                  get(measured, "oneKey").text(),
                  get(measured, "undrawn").text(),
                  get(measured, "written").text())));
    }
  }

  private static Measured get(Map<String, Measured> measured, String name) {
    Measured one = measured.get(name);
    if (one == null) {
      throw new IllegalStateException(name + " was not measured");
    }
    return one;
  }

  private static Path write(Platform platform, int keys) throws IOException {
    Path file = platform.folder().resolve("requests");
    List<AuthenticateRequest> requests =
        new BenchKeys(platform.operator())
            .issue(keys).stream().map(AuthenticateGround::request).toList();
    try (OutputStream to = Files.newOutputStream(file)) {
      for (AuthenticateRequest request : requests) {
        request.writeDelimitedTo(to);
      }
    }
    return file;
  }

  private static Map<String, Measured> measure(
      Platform platform, Path requests, BenchOptions options, PrintWriter out)
      throws IOException, InterruptedException, SQLException {
    int warmUp = Math.min(options.warmUp, LONGEST_WARM_UP);
    int seconds = Math.min(options.seconds, LONGEST);
    out.printf("JMH, one thread: %d s of warm-up and %d s for each benchmark%n", warmUp, seconds);
    out.flush();
    Path results = platform.folder().resolve("results");
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM,
                requests.toString(),
                results.toString(),
                Integer.toString(warmUp),
                Integer.toString(seconds)));
    command.addAll(Platform.FULL_SPEED);
    command.add("--enable-native-access=ALL-UNNAMED");
    Process jmh =
        platform.startBeside(
            PROCESS,
            // Where JMH keeps others from running beside it.
            List.of("-Djava.io.tmpdir=" + platform.folder()),
            Build.classPath(MODULE)
                + File.pathSeparator
                + Build.classPath(Service.KEY_SERVICE.module()),
            command,
            platform.settingsOfAnotherKeyService());
    if (!jmh.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) || jmh.exitValue() != 0) {
      throw new IllegalStateException(
          "JMH did not finish:\n" + Files.readString(platform.log(PROCESS)));
    }
    return Files.readAllLines(results).stream()
        .map(Measured::read)
        .collect(Collectors.toMap(Measured::name, Function.identity()));
  }
}
