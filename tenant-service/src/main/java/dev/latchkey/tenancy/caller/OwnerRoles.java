package dev.latchkey.tenancy.caller;

import dev.latchkey.kit.access.Role;
import java.util.Map;
import java.util.UUID;

/** Knows what the members may do for whom keys act. */
@FunctionalInterface
public interface OwnerRoles {
  /**
   * The roles of a user, by the node they were granted at. Empty for one who is deleted or unknown.
   *
   * @throws dev.latchkey.kit.errors.ApiException {@code UNAVAILABLE} when that cannot be told now
   */
  Map<UUID, Role> of(UUID userId);
}
