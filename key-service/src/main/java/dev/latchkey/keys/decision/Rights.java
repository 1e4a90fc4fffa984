package dev.latchkey.keys.decision;

import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a key is worth on one view of its tenancy and of its owner; as a {@link Decision}, that it
 * is good for the request. Immutable.
 *
 * @param tenant the tenancy
 * @param owner the member it acts for; null for a service key
 * @param role the owner's role at the key's node; null for none, and for a service key
 * @param scopes what it may do
 */
public record Rights(
    Tenant tenant, @Nullable Owner owner, @Nullable Role role, EffectiveScopes scopes)
    implements Decision {

  /** Whether the key has an owner who has no role at its node. */
  public boolean ownerIsOut() {
    return owner != null && role == null;
  }

  /** Whether the key's owner has a role at its node, or it needs none because it has no owner. */
  public boolean hasRole(Role needed) {
    return owner == null || (role != null && role.includes(needed));
  }

  /** The member it acts for. */
  public Optional<Owner> member() {
    return Optional.ofNullable(owner);
  }
}
