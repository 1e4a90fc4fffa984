package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.KeyState;
import dev.latchkey.keys.store.Binding;
import dev.latchkey.keys.store.KeyFilter;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.errors.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which keys exist for a caller: those at its node and below. A member sees there the keys that act
 * for itself, and all where it is at least ADMIN.
 */
final class KeyAccess {
  private KeyAccess() {}

  /**
   * The key, if the caller sees it and may do with it what the present call does.
   *
   * @throws ApiException {@code NOT_FOUND} for a key that does not exist for the caller, {@code
   *     ROLE_INSUFFICIENT} for one it only sees
   */
  static StoredKey require(Caller caller, UUID id, Optional<StoredKey> found) {
    StoredKey key =
        found
            .filter(candidate -> sees(caller, candidate))
            .orElseThrow(() -> ApiException.notFound(KeyRefusals.TYPE, id));
    caller.requireReach(key.binding().lineage(), KeyRefusals.TYPE, id);
    return key;
  }

  /** A key that is about to be changed, in its current version. */
  static StoredKey locked(KeyTransaction transaction, Caller caller, UUID id, String etag) {
    StoredKey key = require(caller, id, transaction.lock(id));
    if (!etag.isEmpty() && !etag.equals(key.etag())) {
      throw ApiException.etagMismatch(KeyRefusals.TYPE, id, key.etag());
    }
    return key;
  }

  /** The owner of a key, held before the key itself is; null for a service key. */
  static @Nullable MemberView heldOwner(KeyTransaction transaction, Caller caller, UUID id) {
    StoredKey key = require(caller, id, transaction.find(id));
    return transaction.holdOwner(key.ownerUserId());
  }

  /** Throws for a key that no change can bring back. */
  static void requireLasting(StoredKey key, Instant now) {
    KeyState state = key.validity().at(now.toEpochMilli());
    if (state == KeyState.REVOKED) {
      throw KeyRefusals.revoked(key);
    }
    if (state == KeyState.EXPIRED) {
      throw KeyRefusals.expired(key);
    }
  }

  private static boolean sees(Caller caller, StoredKey key) {
    List<UUID> lineage = key.binding().lineage();
    return caller.reaches(lineage) && (caller.hasRole(Role.ADMIN, lineage) || isOwn(caller, key));
  }

  private static boolean isOwn(Caller caller, StoredKey key) {
    return caller.owner().filter(owner -> owner.userId().equals(key.ownerUserId())).isPresent();
  }

  /** Which keys of a node, or of the deployment, a list shows to a caller. */
  static KeyFilter.Visible listed(Caller caller, Optional<Binding> within) {
    List<UUID> lineage = within.map(Binding::lineage).orElse(List.of());
    if (caller.owner().isEmpty() || caller.hasRole(Role.ADMIN, lineage)) {
      return new KeyFilter.All();
    }
    Owner owner = caller.owner().get();
    Set<UUID> administered =
        owner.roles().entrySet().stream()
            .filter(granted -> granted.getValue().includes(Role.ADMIN))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    return new KeyFilter.OwnAndUnder(owner.userId(), administered);
  }
}
