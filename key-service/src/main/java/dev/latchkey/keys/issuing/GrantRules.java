package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.EffectiveScopes;
import dev.latchkey.keys.decision.ScopePolicy;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.kit.validation.Fields;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What keys can be granted, and by whom: only scopes and roles that the project has, and nothing
 * that would let a key do what the key it is asked with cannot.
 */
@Singleton
class GrantRules {
  private final TenancyModel tenancy;

  GrantRules(TenancyModel tenancy) {
    this.tenancy = tenancy;
  }

  /** Whether a project has all of these scopes and roles. */
  private static boolean knows(ScopePolicy policy, List<String> scopes, List<String> roles) {
    return scopes.stream()
            .allMatch(scope -> Scopes.isReserved(scope) || policy.admitsSomeOf(scope, null))
        && roles.stream().allMatch(role -> policy.role(role).isPresent());
  }

  /**
   * Sees to it that scopes and roles are known here that tenant-service has made a moment ago. May
   * wait, so it is not for transactions.
   */
  void lookUp(Lineage lineage, List<String> scopes, List<String> roles) {
    if (!knows(lineage.current().scopes(), scopes, roles)) {
      tenancy.refresh(lineage.ids().getLast());
    }
  }

  /** What a key is granted, or would be. */
  Grant of(StoredKey key, @Nullable MemberView owner, List<String> scopes, List<String> roles) {
    List<UUID> lineage = key.binding().lineage();
    ScopePolicy policy =
        key.binding()
            .nodeId()
            .map(node -> tenancy.require(node).current().scopes())
            .orElse(ScopePolicy.NONE);
    return new Grant(lineage, policy, KeyOwners.roleOf(owner, lineage), scopes, roles);
  }

  /** Throws for a key that could do more, or be used more widely, than the caller's own. */
  void requireHeld(Caller caller, Grant grant, AllowedNetworks networks, ResourceGrants resources) {
    requireHeld(caller, grant);
    caller.requireKeeps(networks);
    requireKeeps(caller, resources);
  }

  /** Throws for resources that go beyond those of the caller's own key. */
  static void requireKeeps(Caller caller, ResourceGrants resources) {
    if (!ResourceGrants.of(caller.resources()).cover(resources)) {
      throw Caller.limitNotKept(KeyPatch.RESOURCES);
    }
  }

  /** Throws for scopes that are not in the catalogue and for roles that the project lacks. */
  static void requireKnown(Grant grant) {
    Fields in = new Fields();
    for (int i = 0; i < grant.scopes().size(); i++) {
      String scope = grant.scopes().get(i);
      if (!Scopes.isReserved(scope) && !grant.policy().admitsSomeOf(scope, null)) {
        refuse(in, KeyPatch.SCOPES, i, scope, "a scope of the project's catalogue");
      }
    }
    for (int i = 0; i < grant.roles().size(); i++) {
      String role = grant.roles().get(i);
      if (grant.policy().role(role).isEmpty()) {
        refuse(in, KeyPatch.ROLES, i, role, "a key role of the node's project");
      }
    }
    in.check();
  }

  private static void refuse(Fields in, String field, int i, String value, String expected) {
    in.refuse("%s[%d]".formatted(field, i), Fields.echo(value), expected);
  }

  /** Throws for a grant that the caller does not hold itself. */
  void requireHeld(Caller caller, Grant grant) {
    EffectiveScopes held = held(caller);
    for (String scope : grant.texts()) {
      if (Scopes.isReserved(scope)) {
        require(held, scope);
        requireOwnersPower(caller, grant, scope);
      } else if (Scopes.isWildcard(scope)) {
        caller.requireHolds(List.of(scope));
        grant.policy().admittedOf(scope, grant.owner()).forEach(covered -> require(held, covered));
      } else {
        require(held, scope);
      }
    }
  }

  private static void require(EffectiveScopes held, String scope) {
    if (!held.hold(scope)) {
      throw Caller.scopeNotHeld(scope);
    }
  }

  /** What the caller's key may do where it is bound. */
  private EffectiveScopes held(Caller caller) {
    Tenant tenant =
        caller.node().map(node -> tenancy.require(node).current()).orElse(Tenant.PLATFORM);
    Role role = caller.owner().flatMap(owner -> owner.roleAt(tenant.lineage())).orElse(null);
    return EffectiveScopes.of(caller.scopes(), List.of(), tenant.scopes(), role);
  }

  /**
   * A key that needs no role, or whose owner is an OWNER, could do with these scopes what only
   * OWNERs may: make another OWNER, or delete the organization.
   */
  private static void requireOwnersPower(Caller caller, Grant grant, String scope) {
    boolean ownersPower =
        scope.equals(Scopes.MEMBERS_WRITE)
            || (scope.equals(Scopes.TENANCY_WRITE) && grant.lineage().size() == 1);
    if (ownersPower && (grant.owner() == null || grant.owner() == Role.OWNER)) {
      caller.requireRole(Role.OWNER, grant.lineage());
    }
  }
}
