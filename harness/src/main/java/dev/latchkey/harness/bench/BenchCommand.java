package dev.latchkey.harness.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the benchmarks, or runs the one that is named. */
@Command(
    name = "bench",
    description = "Runs a benchmark; without a name, lists them.",
    mixinStandardHelpOptions = true,
    subcommands = {AuthenticateBench.class, StreamBench.class})
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.subcommands()
        .forEach(
            (name, command) ->
                spec.commandLine()
                    .getOut()
                    .printf(
                        "%-16s%s%n",
                        name,
                        String.join(" ", command.getCommandSpec().usageMessage().description())));
    spec.commandLine().getOut().printf("%n./latchkey bench NAME --help shows its options.%n");
  }
}
