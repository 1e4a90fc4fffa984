package dev.latchkey.keys.authenticate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs {@link DecisionBenchmark} with JMH, each in a JVM of its own: {@code DecisionBenchmarks
 * REQUESTS RESULTS WARM_UP SECONDS JVM_ARGUMENT…}. Reads the requests from a file, and writes a
 * line for each benchmark to another: its name, nanoseconds for an operation, their error (half of
 * the 99.9 % confidence interval), bytes allocated by it. The times are in seconds. The environment
 * has the settings of the node that decides.
 */
public final class DecisionBenchmarks {
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final int OPTIONS = 4;

  private DecisionBenchmarks() {}

  public static void main(String[] arguments) throws IOException, RunnerException {
    List<String> jvmArguments =
        new ArrayList<>(Arrays.asList(arguments).subList(OPTIONS, arguments.length));
    jvmArguments.add("-D" + DecidingNode.REQUESTS + "=" + arguments[0]);
    List<String> lines = new ArrayList<>();
    for (RunResult result :
        new Runner(
                new OptionsBuilder()
                    .include(DecisionBenchmark.class.getName() + "\\.")
                    .forks(1)
                    .jvmArgs(jvmArguments.toArray(String[]::new))
                    .warmupIterations(Integer.parseInt(arguments[2]))
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(Integer.parseInt(arguments[3]))
                    .measurementTime(TimeValue.seconds(1))
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true)
                    .build())
            .run()) {
      lines.add(line(result));
    }
    Files.write(Path.of(arguments[1]), lines);
  }

  private static String line(RunResult result) {
    return String.format(
        Locale.ROOT,
        "%s %.3f %.3f %.3f",
        result.getPrimaryResult().getLabel(),
        result.getPrimaryResult().getScore(),
        result.getPrimaryResult().getScoreError(),
        allocated(result));
  }

  private static double allocated(RunResult result) {
    Result<?> bytes = result.getSecondaryResults().get(ALLOCATED);
    if (bytes == null) {
      throw new IllegalStateException("JMH tells no " + ALLOCATED);
    }
    return bytes.getScore();
  }
}
