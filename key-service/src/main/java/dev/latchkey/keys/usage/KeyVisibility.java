package dev.latchkey.keys.usage;

import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.errors.ApiException;
import java.sql.Connection;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose keys' usage a caller sees: that of every key it reaches, but a member who is not {@link
 * Role#ADMIN} at the node in question sees only that of their own keys.
 */
final class KeyVisibility {
  private static final String TYPE = "key";

  private KeyVisibility() {}

  /** The key a caller names; {@code NOT_FOUND} if it does not exist for the caller. */
  static StoredKey require(Connection connection, Caller caller, UUID keyId) {
    StoredKey key =
        KeyStore.byId(connection, keyId).orElseThrow(() -> ApiException.notFound(TYPE, keyId));
    caller.requireReach(key.binding().lineage(), TYPE, keyId);
    Optional<UUID> only = onlyOf(caller, key.binding().lineage());
    if (only.isPresent() && !only.equals(owner(key))) {
      throw ApiException.notFound(TYPE, keyId);
    }
    return key;
  }

  /** The member whose keys are all that a caller sees at a node; empty where it sees all. */
  static Optional<UUID> onlyOf(Caller caller, Collection<UUID> lineage) {
    return caller.hasRole(Role.ADMIN, lineage)
        ? Optional.empty()
        : caller.owner().map(Owner::userId);
  }

  /** The member a key acts for. No key has one yet. */
  private static Optional<UUID> owner(StoredKey key) {
    return Optional.empty();
  }

  /** The same in SQL, on a row of {@code api_key key}; takes the owner as a parameter. */
  static String condition(Optional<UUID> owner) {
    return owner.isPresent() ? "?::uuid IS NULL" : "true";
  }
}
