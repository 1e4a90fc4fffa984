package dev.latchkey.keys.feed;

import dev.latchkey.keys.hashing.KeyHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a transaction changes of what nodes may hold in memory. Used by one thread.
 *
 * <p>A new key whose text was made here is not of it: before it was made nobody can have asked for
 * its 256 random bits, so no node holds anything about it.
 */
public final class Touched {
  private final Map<UUID, KeyHash> keys = new HashMap<>();
  private final Set<UUID> accounts = new HashSet<>();
  private boolean nodeAccounts;
  private boolean foreignKeys;

  /** A key that is different, or that is new and has a hash that may have been asked for before. */
  public void key(UUID id, KeyHash hash) {
    keys.put(id, hash);
  }

  /** An account of credits that is different, or closed. */
  public void account(UUID id) {
    accounts.add(id);
  }

  /** A tenancy node gained or lost its account. */
  public void nodeAccounts() {
    nodeAccounts = true;
  }

  /** Keys of other systems came in. */
  public void foreignKeys() {
    foreignKeys = true;
  }

  /** Whether there is nothing to tell. */
  public boolean isEmpty() {
    return keys.isEmpty() && accounts.isEmpty() && !nodeAccounts && !foreignKeys;
  }

  /** All of it, in parts with so many keys at most; none if there is nothing to tell. */
  List<KeyChange> parts(int most) {
    if (isEmpty()) {
      return List.of();
    }
    List<UUID> ids = List.copyOf(keys.keySet());
    List<KeyChange> parts = new ArrayList<>();
    parts.add(part(ids.subList(0, Math.min(most, ids.size())), accounts));
    for (int from = most; from < ids.size(); from += most) {
      parts.add(part(ids.subList(from, Math.min(from + most, ids.size())), Set.of()));
    }
    return parts;
  }

  private KeyChange part(List<UUID> ids, Set<UUID> itsAccounts) {
    Set<KeyHash> hashes = new HashSet<>();
    for (UUID id : ids) {
      KeyHash hash = keys.get(id);
      if (hash != null) {
        hashes.add(hash);
      }
    }
    return new KeyChange(Set.copyOf(ids), hashes, itsAccounts, nodeAccounts, foreignKeys);
  }
}
