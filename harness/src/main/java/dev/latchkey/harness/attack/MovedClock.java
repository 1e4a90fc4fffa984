package dev.latchkey.harness.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A wall clock for one process that can be set while it runs; its monotonic clock goes on as ever.
 * By libfaketime, which stands between the process and the system's clock.
 */
public final class MovedClock {
  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/faketime/libfaketimeMT.so.1"));

  private static final String FILE = "clock";

  private final Path file;

  private MovedClock(Path file) {
    this.file = file;
  }

  /** The clock of the processes that were started in a folder with {@link #environment}. */
  public static MovedClock in(Path folder) {
    return new MovedClock(folder.resolve(FILE));
  }

  /**
   * What has to be in the environment of a process that is to go by it. It shows the right time
   * until it is set.
   */
  public static Map<String, String> environment() {
    Path library =
        LIBRARIES.stream()
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "libfaketimeMT.so.1 was not found (Debian's package faketime)"));
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "FAKETIME_TIMESTAMP_FILE",
        FILE,
        "FAKETIME_CACHE_DURATION",
        "1",
        "FAKETIME_DISABLE_SHM",
        "1",
        "NO_FAKE_STAT",
        "1",
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        "DONT_FAKE_MONOTONIC",
        "1");
  }

  /** Sets it this far ahead of the right time; negative is behind. */
  public void set(Duration ahead) {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, "%+d".formatted(ahead.toSeconds()));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
