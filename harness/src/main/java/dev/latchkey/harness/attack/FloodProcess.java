package dev.latchkey.harness.attack;

import dev.latchkey.kit.secret.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A generator of {@linkplain Flood floods} in a process of its own. With a high niceness it takes
 * of the processors what nobody else wants, and so stands for other machines. It ends with this
 * JVM. For one thread at a time.
 */
public final class FloodProcess implements AutoCloseable {
  /** The lowest priority there is. */
  public static final int NICEST = 19;

  private static final long LIMIT_SECONDS = 10;

  private final Process process;
  private final PrintWriter commands;
  private final BufferedReader answers;

  private FloodProcess(Process process) {
    this.process = process;
    this.commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts it, without a flood yet.
   *
   * @param caller the key its calls are made with
   * @param like a key whose shape the texts have; empty for texts of any shape
   * @param niceness 0, or up to {@value #NICEST} to let others go first
   */
  public static FloodProcess start(Secret caller, Optional<Secret> like, int niceness) {
    try {
      Process process =
          new ProcessBuilder(
                  "nice",
                  "-n",
                  Integer.toString(niceness),
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  FloodProgram.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      FloodProcess flood = new FloodProcess(process);
      flood.commands.println(caller.reveal());
      flood.commands.println(like.map(Secret::reveal).orElse(""));
      return flood;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins to ask these nodes, all together so many times a second, for so long at most; returns
   * once it does.
   */
  public void begin(List<String> targets, int perSecond, Duration atMost) {
    commands.println("%d %d %s".formatted(perSecond, atMost.toMillis(), String.join(" ", targets)));
    String _ = answer();
  }

  /** Ends the flood, and tells what came of it. */
  public FloodCounts end() {
    commands.println();
    return FloodCounts.parse(answer());
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("the flood's process is gone");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    commands.close();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
