package dev.latchkey.keys.issuing;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on keys: reads and writes them, and notes which ones were touched, and how. What is
 * changed through it gets its audit event without more ado: see {@link KeyWrites}.
 */
public final class KeyTransaction {
  private final Connection connection;
  private final Set<KeyHash> touched;
  private final Map<UUID, StoredKey> locked = new HashMap<>();
  private final List<Changed> changes = new ArrayList<>();

  /** A key before and after; null before it was made. */
  record Changed(@Nullable StoredKey before, StoredKey after) {}

  KeyTransaction(Connection connection, Set<KeyHash> touched) {
    this.connection = connection;
    this.touched = touched;
  }

  /** The connection, for what else is part of the change. */
  public Connection connection() {
    return connection;
  }

  /** A key, kept from changing until the transaction ends. */
  public Optional<StoredKey> lock(UUID id) {
    return noted(KeyStore.lock(connection, id));
  }

  /** The key with a hash, kept from changing until the transaction ends. */
  public Optional<StoredKey> lock(KeyHash hash) {
    return noted(KeyStore.lock(connection, hash));
  }

  private Optional<StoredKey> noted(Optional<StoredKey> found) {
    found.ifPresent(key -> locked.put(key.id(), key));
    return found;
  }

  public StoredKey insert(StoredKey key) {
    touched.add(key.hash());
    KeyStore.insert(connection, key);
    changes.add(new Changed(null, key));
    return key;
  }

  /** Adds those of several keys whose hashes are free, and gives them. */
  List<StoredKey> insertFree(List<StoredKey> keys) {
    keys.forEach(key -> touched.add(key.hash()));
    List<StoredKey> added = KeyStore.insertFree(connection, keys);
    added.forEach(key -> changes.add(new Changed(null, key)));
    return added;
  }

  /** The keys with some of these hashes. */
  List<StoredKey> withHashes(Collection<KeyHash> hashes) {
    return KeyStore.byHashes(connection, hashes);
  }

  /**
   * Writes the next version of a key that is locked, if it says anything new; gives the current.
   */
  public StoredKey update(StoredKey key) {
    StoredKey before = locked.get(key.id());
    if (before == null) {
      throw new IllegalStateException("the key was not locked");
    }
    if (before.saysTheSameAs(key)) {
      return before;
    }
    touched.add(key.hash());
    KeyStore.update(connection, key);
    changes.add(new Changed(before, key));
    locked.put(key.id(), key);
    return key;
  }

  /** What was changed, in order. */
  List<Changed> changes() {
    return changes;
  }
}
