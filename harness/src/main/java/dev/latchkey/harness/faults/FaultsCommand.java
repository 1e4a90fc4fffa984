package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Tool;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the fault suite, or a part of it, and prints the table. */
@Command(
    name = "faults",
    description = "Brings faults upon a fleet of real processes and prints what held.",
    mixinStandardHelpOptions = true)
public final class FaultsCommand implements Callable<Integer> {
  private static final int BROKEN = 1;

  @Option(names = "--long", description = "The promised times and numbers instead of short ones.")
  private boolean takesLong;

  @Option(names = "--only", description = "Only the scenario NAME; may be given more than once.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--soak-minutes",
      description = "How long the soak of the long form takes, 1 or more; 30 by default.")
  private long soakMinutes = Scenarios.SOAK.toMinutes();

  @Option(names = "--list", description = "List the scenarios and run none.")
  private boolean list;

  @Option(names = "--write", description = "Write the table into FILE too, as Markdown.")
  private @Nullable Path file;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Form form = takesLong ? Form.LONG : Form.SHORT;
    List<Scenario> scenarios = chosen(form);
    if (list) {
      scenarios.forEach(scenario -> out.printf("%-28s%s%n", scenario.name(), scenario.fault()));
      return 0;
    }
    String missing = Tool.missing();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(missing);
    }
    List<Row> rows = new ArrayList<>();
    try (FaultSuite suite = new FaultSuite(form, line -> say(out, line))) {
      for (Scenario scenario : scenarios) {
        rows.add(suite.run(scenario));
        // After each, so that a run that is broken off keeps what it has shown.
        write(form, rows);
      }
    }
    out.println();
    say(out, Report.table(rows));
    return rows.stream().allMatch(Row::held) ? 0 : BROKEN;
  }

  private void write(Form form, List<Row> rows) {
    Path target = file;
    if (target != null) {
      Report.write(target, heading(form), rows);
    }
  }

  private List<Scenario> chosen(Form form) {
    if (soakMinutes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--soak-minutes: %d (expected: 1 or more)".formatted(soakMinutes));
    }
    List<Scenario> all = Scenarios.all(Duration.ofMinutes(soakMinutes));
    List<String> names = all.stream().map(Scenario::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "--only: %s (expected one of: %s)".formatted(name, String.join(", ", names)));
      }
    }
    return FaultSuite.ordered(all, form).stream()
        .filter(scenario -> only.isEmpty() || only.contains(scenario.name()))
        .toList();
  }

  private String heading(Form form) {
    return "`./latchkey faults%s` on %s, %d processors, Java %s."
        .formatted(
            form == Form.LONG ? " --long" : "",
            LocalDate.now(java.time.ZoneOffset.UTC),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version());
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
