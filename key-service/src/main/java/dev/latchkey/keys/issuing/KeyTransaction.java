package dev.latchkey.keys.issuing;

import dev.latchkey.keys.feed.Touched;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberStore;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.audit.AuditChange;
import java.sql.Connection;
import java.time.Instant;
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
  private final Set<KeyHash> hashes;
  private final Touched touched = new Touched();
  private final Map<UUID, StoredKey> locked = new HashMap<>();
  private final List<Changed> changes = new ArrayList<>();
  private final List<AuditChange> notes = new ArrayList<>();

  /** A key before and after; null before it was made. */
  record Changed(@Nullable StoredKey before, StoredKey after) {}

  /**
   * @param hashes takes in those of all keys that are written, to be forgotten on this node
   */
  KeyTransaction(Connection connection, Set<KeyHash> hashes) {
    this.connection = connection;
    this.hashes = hashes;
  }

  /** The connection, for what else is part of the change. */
  public Connection connection() {
    return connection;
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

  /** Has a key read anew once this is committed. */
  void touch(StoredKey key) {
    hashes.add(key.hash());
    touched.key(key.id(), key.hash());
  }

  /** What other nodes will be told. */
  Touched touched() {
    return touched;
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

  /** Adds a key whose text was made for it: no other node can know anything of its hash. */
  StoredKey insert(StoredKey key) {
    hashes.add(key.hash());
    KeyStore.insert(connection, key);
    changes.add(new Changed(null, key));
    return key;
  }

  /** Adds a key whose text was made elsewhere or before, so that others may have asked for it. */
  public StoredKey insertKnown(StoredKey key) {
    touched.key(key.id(), key.hash());
    return insert(key);
  }

  /** Adds those of several keys whose hashes are free, and gives them. */
  List<StoredKey> insertFree(List<StoredKey> keys) {
    keys.forEach(key -> hashes.add(key.hash()));
    List<StoredKey> added = KeyStore.insertFree(connection, keys);
    added.forEach(key -> changes.add(new Changed(null, key)));
    added.forEach(key -> touched.key(key.id(), key.hash()));
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
    touch(key);
    KeyStore.update(connection, key);
    changes.add(new Changed(before, key));
    locked.put(key.id(), key);
    return key;
  }

  /** Notes a change of something else than a key, for the audit log. */
  void note(AuditChange change) {
    notes.add(change);
  }

  /** The changes of other things, in order. */
  List<AuditChange> notes() {
    return notes;
  }

  /** What was changed of keys, in order. */
  List<Changed> changes() {
    return changes;
  }
}
