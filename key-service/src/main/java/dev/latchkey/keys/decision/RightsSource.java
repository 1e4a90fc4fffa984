package dev.latchkey.keys.decision;

import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the current rights of keys are read: computed once for each view of their tenancy and of
 * their owner. Two are equal if they always give the same rights. Safe for use by many threads;
 * takes no lock.
 */
public final class RightsSource {
  private final List<String> scopes;
  private final List<String> roles;
  private final TenantSource tenant;
  private final @Nullable OwnerSource owner;
  private volatile @Nullable Rights last;

  /**
   * @param scopes the key's own
   * @param roles the names of its key roles
   * @param owner null for a service key
   */
  public RightsSource(
      List<String> scopes, List<String> roles, TenantSource tenant, @Nullable OwnerSource owner) {
    this.scopes = List.copyOf(scopes);
    this.roles = List.copyOf(roles);
    this.tenant = tenant;
    this.owner = owner;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Tenancies and owners in memory are there once.
  public boolean equals(@Nullable Object other) {
    return other instanceof RightsSource source
        && source.tenant == tenant
        && source.owner == owner
        && source.scopes.equals(scopes)
        && source.roles.equals(roles);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * System.identityHashCode(tenant) + System.identityHashCode(owner))
        + scopes.hashCode();
  }

  /** The rights as they are now. The same object for as long as nothing of them changes. */
  @SuppressWarnings("ReferenceEquality") // A view that changed is another object.
  public Rights current() {
    Tenant tenantNow = tenant.current();
    Owner ownerNow = owner == null ? null : owner.current();
    Rights known = last;
    if (known == null || known.tenant() != tenantNow || known.owner() != ownerNow) {
      known = rights(tenantNow, ownerNow);
      last = known;
    }
    return known;
  }

  private Rights rights(Tenant tenantNow, @Nullable Owner ownerNow) {
    Role role = ownerNow == null ? null : ownerNow.roleAt(tenantNow.lineage()).orElse(null);
    // An owner who is out holds nothing: the decision ends before scopes are asked for.
    EffectiveScopes effective =
        ownerNow != null && role == null
            ? EffectiveScopes.of(List.of())
            : EffectiveScopes.of(scopes, roles, tenantNow.scopes(), role);
    return new Rights(tenantNow, ownerNow, role, effective);
  }
}
