package dev.latchkey.keys.bootstrap;

import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A file that holds one secret and that only its owner can read. */
record SecretFile(Path path) {

  Optional<Secret> read() {
    try {
      return Files.exists(path)
          ? Optional.of(Secret.of(Files.readString(path).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /** Writes the whole file or nothing: it is made beside its place, and moved there. */
  void write(Secret secret) {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path made = path.resolveSibling("." + path.getFileName() + ".new");
      Files.deleteIfExists(made);
      Files.createFile(
          made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(made, secret.reveal() + "\n", StandardCharsets.US_ASCII);
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }
}
