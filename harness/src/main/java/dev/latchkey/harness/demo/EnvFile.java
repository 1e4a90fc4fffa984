package dev.latchkey.harness.demo;

import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of {@code KEY=value} lines that only its owner can read. Each change is written whole to a
 * file beside it that then takes its place, so that a reader never sees half of one, and a saved
 * secret is not lost by a crash. For one thread.
 */
public final class EnvFile {
  private final Path file;
  private final Map<String, String> values = new LinkedHashMap<>();

  private EnvFile(Path file) {
    this.file = file;
  }

  /** Opens a file; one that is not there is empty. */
  public static EnvFile open(Path file) {
    EnvFile opened = new EnvFile(file);
    try {
      for (String line : Files.readAllLines(file)) {
        int separator = line.indexOf('=');
        if (separator > 0 && !line.startsWith("#")) {
          opened.values.put(line.substring(0, separator), line.substring(separator + 1));
        }
      }
    } catch (NoSuchFileException e) {
      // The first start.
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return opened;
  }

  /** A value, if it is set. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  /** The values that are keys of the demo. */
  public List<Secret> demoKeys() {
    return values.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("DEMO_"))
        .map(entry -> Secret.of(entry.getValue()))
        .toList();
  }

  /** Sets a value and saves the file. */
  void put(String name, String value) {
    if (value.equals(values.put(name, value))) {
      return;
    }
    StringBuilder text = new StringBuilder();
    values.forEach((key, content) -> text.append(key).append('=').append(content).append('\n'));
    try {
      Path beside = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(beside);
      Files.createFile(
          beside,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
