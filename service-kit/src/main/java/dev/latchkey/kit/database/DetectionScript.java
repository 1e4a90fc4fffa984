package dev.latchkey.kit.database;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The script by which the library of the embedded server learns which Linux it runs on. It is
 * written to the temporary folder when the library is first used, whatever it is used for, runs
 * once, and is left for the JVM to delete at its end: an end that a process never has which is
 * killed, nor a service, which halts. Safe for use by many threads.
 */
final class DetectionScript {
  private static final Logger LOG = LoggerFactory.getLogger(DetectionScript.class);
  private static final String NAMES = "detect_linux_distribution_*.sh";

  /** Many times what a script takes; without the lock a start goes on all the same. */
  private static final int ATTEMPTS = 100;

  private static final Duration PAUSE = Duration.ofMillis(20);

  private DetectionScript() {}

  /**
   * Has the library run its script, if it has not yet, and deletes the script. Services that start
   * together do this one after the other, so that none deletes what another has yet to run; where
   * it cannot be told whose a script is, it stays.
   */
  static synchronized void runAndDelete() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try (FileChannel lock = lockFile(folder)) {
      awaitTurn(lock);
      Set<Path> before = scripts(folder);
      String system = LinuxUtils.getDistributionName();
      Set<Path> made = scripts(folder);
      made.removeAll(before);
      LOG.debug("{} scripts were made to find out that this is {}", made.size(), system);
      if (made.size() == 1) {
        Files.deleteIfExists(made.iterator().next());
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("a script stays in {}", folder, e);
    }
  }

  /** In the folder that the library unpacks its servers to. */
  private static FileChannel lockFile(Path folder) throws IOException {
    Path unpacked = Files.createDirectories(folder.resolve("embedded-pg"));
    return FileChannel.open(
        unpacked.resolve("latchkey.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void awaitTurn(FileChannel file) throws IOException {
    for (int attempt = 1; file.tryLock() == null && attempt < ATTEMPTS; attempt++) {
      Pauses.pause(PAUSE);
    }
  }

  private static Set<Path> scripts(Path folder) throws IOException {
    Set<Path> found = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, NAMES)) {
      entries.forEach(found::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }
}
