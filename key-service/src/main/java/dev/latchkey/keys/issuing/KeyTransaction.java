package dev.latchkey.keys.issuing;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import java.sql.Connection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A transaction on keys: reads and writes them, and notes which ones were touched. */
final class KeyTransaction {
  private final Connection connection;
  private final Set<KeyHash> touched;

  KeyTransaction(Connection connection, Set<KeyHash> touched) {
    this.connection = connection;
    this.touched = touched;
  }

  /** A key, kept from changing until the transaction ends. */
  Optional<StoredKey> lock(UUID id) {
    return KeyStore.lock(connection, id);
  }

  /** For what other packages store beside keys. */
  Connection connection() {
    return connection;
  }

  /** Has a key read anew once this is committed. */
  void touch(StoredKey key) {
    touched.add(key.hash());
  }

  StoredKey insert(StoredKey key) {
    touched.add(key.hash());
    KeyStore.insert(connection, key);
    return key;
  }

  StoredKey update(StoredKey key) {
    touched.add(key.hash());
    KeyStore.update(connection, key);
    return key;
  }
}
