package dev.latchkey.harness.fleet;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs of the system that a fleet consists of, beside our own. */
public enum Tool {
  POSTGRES("postgres", "postgresql"),
  INITDB("initdb", "postgresql"),
  PG_BASEBACKUP("pg_basebackup", "postgresql"),
  REDIS_SERVER("redis-server", "redis-server"),
  /** Only for a clock that is set wrong on purpose. */
  FAKETIME("faketime", "faketime");

  private static final Path DEBIAN_POSTGRES = Path.of("/usr/lib/postgresql");

  private final String program;
  private final String debianPackage;

  Tool(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /** Where it is, if it is there: on the PATH, or where Debian keeps PostgreSQL's programs. */
  public Optional<Path> find() {
    return folders().map(folder -> folder.resolve(program)).filter(Files::isExecutable).findFirst();
  }

  /** Where it is; fails with what to install where it is not. */
  public Path path() {
    return find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s was not found on the PATH (Debian's package %s)"
                        .formatted(program, debianPackage)));
  }

  /** What a fleet needs and is not there, as words to show; empty where nothing is missing. */
  public static String missing() {
    List<Tool> missing = Arrays.stream(values()).filter(tool -> tool.find().isEmpty()).toList();
    return missing.isEmpty()
        ? ""
        : "a fleet needs %s: install Debian's packages %s, or what your system calls them"
            .formatted(
                missing.stream().map(tool -> tool.program).collect(Collectors.joining(", ")),
                missing.stream()
                    .map(tool -> tool.debianPackage)
                    .distinct()
                    .collect(Collectors.joining(" ")));
  }

  private static Stream<Path> folders() {
    List<Path> folders = new ArrayList<>();
    // One PostgreSQL for all its programs: the newest of Debian's before what is on the PATH.
    if (Files.isDirectory(DEBIAN_POSTGRES)) {
      try (Stream<Path> versions = Files.list(DEBIAN_POSTGRES)) {
        versions
            .sorted(Comparator.comparing(Path::toString).reversed())
            .map(version -> version.resolve("bin"))
            .forEach(folders::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      folders.add(Path.of(folder));
    }
    return folders.stream();
  }
}
