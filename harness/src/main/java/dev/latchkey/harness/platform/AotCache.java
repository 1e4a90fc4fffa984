package dev.latchkey.harness.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ahead-of-time cache of a program (JEP 483, 514 and 515): its classes, loaded and linked, and
 * profiles of its methods, from a training run. A JVM that is given one starts in a third of the
 * time. It stands beside the jar and holds for exactly that jar, its libraries and the JDK; a JVM
 * that finds any of them changed goes on without it.
 */
final class AotCache {
  private final Path jar;

  private AotCache(Path jar) {
    this.jar = jar;
  }

  /** The cache of a jar, made or not. */
  static AotCache of(Path jar) {
    return new AotCache(jar);
  }

  /** Whether it is there and no older than what it was made from. */
  boolean isCurrent() {
    return Files.isRegularFile(file()) && modified(file()).compareTo(newestJar()) >= 0;
  }

  /** The arguments of a JVM that starts with it: none where there is no current one. */
  List<String> use() {
    return isCurrent() ? List.of("-XX:AOTCache=" + file()) : List.of();
  }

  /** The arguments of a JVM that records a training run; it writes it down when it stops. */
  List<String> record() {
    return List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording());
  }

  /** The arguments of a JVM that makes it from what was recorded, instead of running the jar. */
  List<String> create() {
    return List.of(
        "-XX:AOTMode=create",
        "-XX:AOTConfiguration=" + recording(),
        "-XX:AOTCache=" + unfinished());
  }

  /** Puts what {@link #create} made in its place, whole. */
  void complete() {
    try {
      Files.move(unfinished(), file(), StandardCopyOption.ATOMIC_MOVE);
      Files.delete(recording());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file() {
    return beside(".aot");
  }

  private Path unfinished() {
    return beside(".aot.new");
  }

  private Path recording() {
    return beside(".aot.recording");
  }

  private Path beside(String ending) {
    return jar.resolveSibling(jar.getFileName().toString().replace(".jar", ending));
  }

  private FileTime newestJar() {
    try (Stream<Path> libraries = Files.list(jar.resolveSibling("lib"))) {
      return Stream.concat(Stream.of(jar), libraries)
          .map(AotCache::modified)
          .max(Comparator.naturalOrder())
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
