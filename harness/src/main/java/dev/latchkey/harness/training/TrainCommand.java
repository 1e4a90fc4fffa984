package dev.latchkey.harness.training;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the caches that let the services start fast, where they are missing or out of date. */
@Command(
    name = "train",
    description = "Makes the caches that let the services start fast, unless they are current.",
    mixinStandardHelpOptions = true)
public final class TrainCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--again", description = "Make them also when they are current.")
  private boolean again;

  @Override
  public void run() {
    if (!again && Training.isDone()) {
      spec.commandLine().getOut().println("The caches are current.");
      return;
    }
    Training.run();
    spec.commandLine().getOut().println("The services start with caches from now on.");
  }
}
