package dev.latchkey.harness.platform;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A built jar as a process: started, killed, stopped and started again with the same settings. Its
 * output goes to a log file. For one thread at a time.
 */
public sealed class JarProcess permits ServiceProcess {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration MAKING_LIMIT = Duration.ofMinutes(3);
  private static final int LINES_OF_LOG = 40;

  private final Path jar;
  private final String name;
  private final List<String> jvmArguments;
  private final Map<String, String> settings;
  private final Path folder;
  private final Reaper reaper;
  private @Nullable List<String> recording;
  private @Nullable Process process;

  /**
   * Not started yet.
   *
   * @param name tells it from others of the same jar; names its log
   * @param settings its environment, beside what this JVM has that is no setting of Latchkey
   * @param folder the deployment's; the reaper knows the process by it
   */
  JarProcess(
      Path jar,
      String name,
      List<String> jvmArguments,
      Map<String, String> settings,
      Path folder,
      Reaper reaper) {
    this.jar = jar;
    this.name = name;
    this.jvmArguments = List.copyOf(jvmArguments);
    this.settings = new TreeMap<>(settings);
    this.folder = folder;
    this.reaper = reaper;
  }

  /** Its name, {@code key-service-2}. */
  public String name() {
    return name;
  }

  /** Changes a setting, or any variable of its environment, from the next start on. */
  public void set(String variable, String value) {
    settings.put(variable, value);
  }

  /** Starts it, and does not wait until it is up. */
  public void start() {
    if (isRunning()) {
      throw new IllegalStateException(name + " runs already");
    }
    launch(
        recording == null
            ? cache().use()
            : Stream.concat(recording.stream(), cache().record().stream()).toList());
  }

  /**
   * Has it record from the next start on what a {@link #makeCache cache} can be made from.
   *
   * @param options of the JVM, for as long as it records
   */
  public void record(String... options) {
    recording = List.of(options);
  }

  /**
   * Makes the cache that later starts of this jar begin with from what was recorded until it
   * stopped. Takes seconds.
   */
  public void makeCache() {
    launch(cache().create());
    Process maker = Objects.requireNonNull(process);
    awaitEnd(maker, MAKING_LIMIT);
    if (maker.exitValue() != 0) {
      throw new IllegalStateException("no cache for " + name + ":\n" + lastLines());
    }
    cache().complete();
  }

  /** Whether its starts begin with a cache of a training run. */
  public boolean hasCache() {
    return cache().isCurrent();
  }

  private AotCache cache() {
    return AotCache.of(jar);
  }

  private void launch(List<String> cacheArguments) {
    List<String> command = new ArrayList<>();
    command.add(Build.java().toString());
    command.addAll(jvmArguments);
    command.addAll(cacheArguments);
    // Also what the reaper knows the process by.
    command.add("-Dlatchkey.home=" + folder);
    command.add("-jar");
    command.add(jar.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_"));
    builder.environment().putAll(settings);
    try {
      Process started = builder.start();
      process = started;
      reaper.watch(started.pid());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** Ends it as a power cut would: with SIGKILL, without a chance to finish anything. */
  public void kill() {
    Process present = process;
    if (present != null) {
      present.destroyForcibly();
      awaitEnd(present, STOP_LIMIT);
    }
  }

  /** Asks it to stop (SIGTERM) and waits until it has. */
  public void stop() {
    Process present = process;
    if (present != null) {
      present.destroy();
      awaitEnd(present, STOP_LIMIT);
    }
  }

  private void awaitEnd(Process present, Duration limit) {
    try {
      if (!present.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "%s did not end within %s:%n%s".formatted(name, limit, lastLines()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process lives. */
  public boolean isRunning() {
    Process present = process;
    return present != null && present.isAlive();
  }

  /** The process, for whoever looks at it from outside. */
  public ProcessHandle handle() {
    Process present = process;
    if (present == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return present.toHandle();
  }

  /** Where its output goes. */
  public Path log() {
    return folder.resolve("logs").resolve(name + ".log");
  }

  /** The end of its output. */
  public String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }
}
