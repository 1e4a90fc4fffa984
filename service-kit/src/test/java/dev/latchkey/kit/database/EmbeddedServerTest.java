package dev.latchkey.kit.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedServerTest {
  private static final long LIMIT_SECONDS = 120;

  @TempDir private Path folder;

  /** A process of its own: it ends as a service does, without the JVM's tidying up. */
  static final class Holder {
    private Holder() {}

    /** Starts a server in a folder, ends it, and halts. */
    public static void main(String[] arguments) {
      EmbeddedServer.start(Path.of(arguments[0])).close();
      Runtime.getRuntime().halt(0);
    }
  }

  /** Starts holders at once that have a temporary folder together; returns when they ended. */
  private void startAndEnd(Path temporary, int count) throws Exception {
    Path unpacked = Path.of(System.getProperty("java.io.tmpdir")).resolve("embedded-pg");
    List<Process> holders =
        IntStream.range(0, count).mapToObj(i -> holder(temporary, unpacked, i)).toList();
    for (Process holder : holders) {
      try {
        assertThat(holder.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("it ended").isTrue();
        assertThat(holder.exitValue()).isZero();
      } finally {
        holder.destroyForcibly();
      }
    }
  }

  private Process holder(Path temporary, Path unpacked, int number) {
    try {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Djava.io.tmpdir=" + temporary,
              // What was unpacked before need not be again.
              "-Dot.epg.working-dir=" + unpacked,
              "-cp",
              System.getProperty("java.class.path"),
              Holder.class.getName(),
              folder.resolve("data-" + number).toString())
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("log-" + number).toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatTheLibraryPutsIntoTheTemporaryFolder_isGone_andOthersKeepTheirs() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path another = Files.createFile(temporary.resolve("detect_linux_distribution_1.sh"));

    startAndEnd(temporary, 2);

    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(path -> path.toString().endsWith(".sh"))).containsExactly(another);
    }
  }
}
