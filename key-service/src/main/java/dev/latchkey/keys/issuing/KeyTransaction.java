package dev.latchkey.keys.issuing;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberStore;
import dev.latchkey.keys.tenancy.MemberView;
import java.sql.Connection;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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

  /** A key as it is now. */
  Optional<StoredKey> find(UUID id) {
    return KeyStore.byId(connection, id);
  }

  /**
   * The owner of a key, kept from gaining or losing roles until the transaction ends; null for a
   * service key. To be asked for before any key is locked: the loss of a role takes the locks in
   * this order.
   */
  @Nullable MemberView holdOwner(@Nullable UUID ownerUserId) {
    return ownerUserId == null ? null : MemberStore.hold(connection, ownerUserId);
  }

  /** The owner of a key as they are now; null for a service key. */
  @Nullable MemberView readOwner(@Nullable UUID ownerUserId) {
    return ownerUserId == null ? null : MemberStore.read(connection, ownerUserId);
  }

  /** Throws unless a node's organization may have some more keys. */
  void requireRoom(Lineage lineage, long more, Instant now) {
    KeyCeiling.requireRoom(connection, lineage, more, now);
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
