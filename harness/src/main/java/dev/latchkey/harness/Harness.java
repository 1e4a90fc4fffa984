package dev.latchkey.harness;

import dev.latchkey.harness.bench.BenchCommand;
import dev.latchkey.harness.demo.DemoCommand;
import dev.latchkey.harness.faults.FaultsCommand;
import dev.latchkey.harness.training.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The program behind {@code ./latchkey bench}, {@code faults} and {@code train}, and the loading of
 * the demo tenants.
 */
@Command(
    name = "harness",
    description = "Demo tenants, benchmarks, faults and training runs.",
    mixinStandardHelpOptions = true,
    subcommands = {DemoCommand.class, BenchCommand.class, FaultsCommand.class, TrainCommand.class})
public final class Harness {
  private Harness() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Harness())
            .setExecutionExceptionHandler(Harness::explain)
            .execute(arguments));
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    command.getErr().println(command.getCommandName() + ": " + failure.getMessage());
    if (Boolean.getBoolean("latchkey.trace")) {
      failure.printStackTrace(command.getErr());
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
