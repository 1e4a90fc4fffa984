package dev.latchkey.harness.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the objects that are in use take of a Java process's heap.
 *
 * @param bytes by the name of their class, as the JVM writes it: {@code [B} for byte arrays
 */
public record LiveHeap(Map<String, Long> bytes) {
  /** Rank, instances, bytes, class, and perhaps its module. */
  private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+).*");

  /** What the JVM puts into gaps that a collection has left. */
  private static final String FILLER = "jdk.internal.vm.Filler";

  public LiveHeap {
    bytes = Map.copyOf(bytes);
  }

  /**
   * Has a process collect all its garbage, and counts what is left. It stands still meanwhile.
   *
   * @throws IllegalStateException if it does not answer
   */
  public static LiveHeap of(ProcessHandle process) {
    Map<String, Long> bytes = new HashMap<>();
    try {
      Process running =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(process.pid()),
                  "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      try (Stream<String> lines = running.inputReader(StandardCharsets.UTF_8).lines()) {
        lines
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .filter(line -> !line.group(2).contains(FILLER))
            .forEach(line -> bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.isEmpty()) {
      throw new IllegalStateException(process.pid() + " tells no heap");
    }
    return new LiveHeap(bytes);
  }

  /** What all classes take together, in bytes. */
  public long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What there is more of than in another, by class; negative where there is less. */
  public LiveHeap minus(LiveHeap other) {
    Map<String, Long> difference = new HashMap<>(bytes);
    other.bytes.forEach((name, size) -> difference.merge(name, -size, Long::sum));
    return new LiveHeap(difference);
  }
}
