package dev.latchkey.keys.feed;

import dev.latchkey.keys.hashing.KeyHash;
import java.util.Set;
import java.util.UUID;

/**
 * What one transaction changed that nodes may have in memory.
 *
 * @param keyIds the keys
 * @param hashes their hashes, and those of keys that were added with a hash chosen elsewhere
 * @param accounts the accounts of credits
 * @param nodeAccounts whether a tenancy node gained or lost an account of credits
 * @param foreignKeys whether keys of other systems came in
 */
public record KeyChange(
    Set<UUID> keyIds,
    Set<KeyHash> hashes,
    Set<UUID> accounts,
    boolean nodeAccounts,
    boolean foreignKeys) {
  public KeyChange {
    keyIds = Set.copyOf(keyIds);
    hashes = Set.copyOf(hashes);
    accounts = Set.copyOf(accounts);
  }
}
