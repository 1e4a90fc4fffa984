package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Build;
import java.io.PrintWriter;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the benchmarks, runs those that are named, or all. */
@Command(
    name = "bench",
    description =
        "Runs benchmarks; without a name, lists them. Ends with exit code 3 if one could not be run.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class BenchCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final int MISSED = 1;
  private static final int FAILED = 3;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "What to run, one after the other; '" + ALL + "' for all.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description =
          "Write the figures into the table of FILE; 'all' does, into docs/benchmarks.md.")
  private @Nullable Path file;

  @Option(names = "--strict", description = "End with exit code 1 if a figure misses its bound.")
  private boolean strict;

  @Mixin private BenchOptions options = new BenchOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    options.check();
    PrintWriter out = spec.commandLine().getOut();
    if (names.isEmpty()) {
      list(out);
      return 0;
    }
    List<Result> results = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    for (Benchmark benchmark : chosen()) {
      out.printf("%n== %s: %s%n", benchmark.name(), benchmark.description());
      out.flush();
      try {
        List<Result> shown = benchmark.run(options, out);
        results.addAll(shown);
        // After each, so that a run that is broken off keeps what it has shown.
        write(shown);
      } catch (InterruptedException ended) {
        throw ended;
      } catch (Exception failure) {
        // The others have something to show all the same.
        failed.add("%s: %s".formatted(benchmark.name(), failure));
        failure.printStackTrace(spec.commandLine().getErr());
      }
    }
    out.println();
    results.forEach(result -> out.println(BenchReport.line(result)));
    failed.forEach(failure -> out.println("FAILED: " + failure));
    out.flush();
    if (!failed.isEmpty()) {
      return FAILED;
    }
    return strict && !results.stream().allMatch(Result::held) ? MISSED : 0;
  }

  /** The options that were given, each with a space before it. */
  private String options() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .filter(option -> option.userObject() instanceof Field field && isOfBenchmarks(field))
        .map(option -> " %s %s".formatted(option.longestName(), option.<Object>getValue()))
        .collect(Collectors.joining());
  }

  private static boolean isOfBenchmarks(Field field) {
    return field.getDeclaringClass() == BenchOptions.class;
  }

  private void write(List<Result> results) {
    Path target =
        file != null || !names.contains(ALL)
            ? file
            : Build.root().resolve("docs").resolve("benchmarks.md");
    if (target != null) {
      BenchReport.write(target, results, options());
    }
  }

  private static void list(PrintWriter out) {
    Benchmarks.all()
        .forEach(benchmark -> out.printf("%-16s%s%n", benchmark.name(), benchmark.description()));
    out.printf("%-16severy one of them, into the table of docs/benchmarks.md%n", ALL);
    out.printf("%n./latchkey bench --help shows the options.%n");
    out.flush();
  }

  private List<Benchmark> chosen() {
    List<Benchmark> all = Benchmarks.all();
    if (names.contains(ALL)) {
      return all;
    }
    return names.stream()
        .map(
            name ->
                all.stream()
                    .filter(benchmark -> benchmark.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> unknown(name, all)))
        .toList();
  }

  private ParameterException unknown(String name, List<Benchmark> all) {
    return new ParameterException(
        spec.commandLine(),
        "no benchmark is called %s (there are: %s, %s)"
            .formatted(name, String.join(", ", all.stream().map(Benchmark::name).toList()), ALL));
  }
}
