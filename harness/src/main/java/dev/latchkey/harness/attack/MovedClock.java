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

  private final Path file;

  private MovedClock(Path file) {
    this.file = file;
  }

  /** A clock that shows the right time at first; its position is kept in a file. */
  public static MovedClock in(Path file) {
    MovedClock clock = new MovedClock(file);
    clock.set(Duration.ZERO);
    return clock;
  }

  /** What has to be in the environment of the process that is to go by it. */
  public Map<String, String> environment() {
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
        file.toString(),
        // Looked at once a second: at each call it would slow the process down many times over.
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
