package dev.latchkey.keys.access;

import dev.latchkey.keys.store.KeyFilter;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.errors.ApiException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Which keys exist for a caller: those at its node and below. A member sees there the keys that act
 * for itself, and all where it is at least ADMIN.
 */
public final class KeyVisibility {
  /** What keys are called in refusals. */
  public static final String TYPE = "key";

  private KeyVisibility() {}

  /**
   * The key, if the caller sees it and may do with it what the present call does.
   *
   * @throws ApiException {@code NOT_FOUND} for a key that does not exist for the caller, {@code
   *     ROLE_INSUFFICIENT} for one it only sees
   */
  public static StoredKey require(Caller caller, UUID id, Optional<StoredKey> found) {
    StoredKey key =
        found
            .filter(candidate -> sees(caller, candidate))
            .orElseThrow(() -> ApiException.notFound(TYPE, id));
    caller.requireReach(key.binding().lineage(), TYPE, id);
    return key;
  }

  private static boolean sees(Caller caller, StoredKey key) {
    List<UUID> lineage = key.binding().lineage();
    return caller.reaches(lineage) && (caller.hasRole(Role.ADMIN, lineage) || isOwn(caller, key));
  }

  private static boolean isOwn(Caller caller, StoredKey key) {
    return caller.owner().filter(owner -> owner.userId().equals(key.ownerUserId())).isPresent();
  }

  /**
   * Which keys at and below a node a list shows to a caller.
   *
   * @param lineage the ids of the node and of all above it; empty for the deployment
   */
  public static KeyFilter.Visible listed(Caller caller, Collection<UUID> lineage) {
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
