package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.feed.KeyChange;
import dev.latchkey.keys.feed.NodeMemory;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;

/** The keys in this node's memory, as others change them. */
@Singleton
class KeyMemory implements NodeMemory {
  private final KeyDirectory directory;
  private final ForeignTexts foreignTexts;

  KeyMemory(KeyDirectory directory, ForeignTexts foreignTexts) {
    this.directory = directory;
    this.foreignTexts = foreignTexts;
  }

  @Override
  public void take(List<KeyChange> changes, Connection database) {
    for (KeyChange change : changes) {
      if (change.foreignKeys()) {
        foreignTexts.found();
      }
      change.hashes().forEach(directory::forget);
    }
  }

  @Override
  public void forgetAll(Connection database) {
    foreignTexts.look(database);
    directory.forgetAll();
  }
}
