package dev.latchkey.kit.database;

import dev.latchkey.kit.settings.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Keeps a data folder for one process. The system lets go of it when the process ends, however it
 * ends, so a server found running on a folder that could be locked belongs to nobody.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /** Throws {@link SettingsException} if another process has the folder. */
  static FolderLock take(Path folder) {
    try {
      Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
      Files.createDirectories(lock.toAbsolutePath().getParent());
      FileChannel file =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (locked(file)) {
        return new FolderLock(file);
      }
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the data folder %s cannot be used".formatted(folder), e);
    }
    throw new SettingsException(
        List.of(
            "%s: %s is in use by another process"
                .formatted(DatabaseSettings.FOLDER.name(), folder)));
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
