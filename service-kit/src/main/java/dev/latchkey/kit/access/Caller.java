package dev.latchkey.kit.access;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.grpc.Context;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who makes a management call: a key, where it is bound, and what it may do.
 *
 * @param keyId the key
 * @param node the tenancy node it is bound to; empty for a key of the platform
 * @param scopes what was granted to it
 * @param allowedNetworks where clients may use it from
 * @param resources the patterns of the resources it is limited to; none for all
 * @param owner the member it acts for; empty for a service key, which needs no role
 * @param neededRole the least role its owner needs at the node that the present call is about
 */
public record Caller(
    UUID keyId,
    Optional<UUID> node,
    Set<String> scopes,
    AllowedNetworks allowedNetworks,
    List<String> resources,
    Optional<Owner> owner,
    Role neededRole) {
  static final Context.Key<Caller> KEY = Context.key("latchkey-caller");

  public Caller {
    scopes = Set.copyOf(scopes);
    resources = List.copyOf(resources);
  }

  /** A caller whose key has no limits beside its node and scopes. */
  public Caller(UUID keyId, Optional<UUID> node, Set<String> scopes) {
    this(keyId, node, scopes, AllowedNetworks.ALL, List.of());
  }

  /** A caller whose key acts for no member. */
  public Caller(
      UUID keyId,
      Optional<UUID> node,
      Set<String> scopes,
      AllowedNetworks allowedNetworks,
      List<String> resources) {
    this(keyId, node, scopes, allowedNetworks, resources, Optional.empty(), Role.VIEWER);
  }

  /** The same caller, acting for a member. */
  public Caller withOwner(Owner member) {
    return new Caller(
        keyId, node, scopes, allowedNetworks, resources, Optional.of(member), neededRole);
  }

  /** The same caller, making a call that needs a role. */
  Caller needing(Role role) {
    return new Caller(keyId, node, scopes, allowedNetworks, resources, owner, role);
  }

  /** The caller of the call this thread works on. */
  public static Caller current() {
    Caller caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("no caller: the call was not authorized");
    }
    return caller;
  }

  /**
   * Whether the key is bound to the deployment itself, above all tenants. A member's never is,
   * whatever it says: members belong to organizations.
   */
  public boolean isPlatform() {
    return node.isEmpty() && owner.isEmpty();
  }

  /**
   * Whether a thing exists for the caller: it is at or below the node of its key, and its owner, if
   * it has one, has some role there.
   *
   * @param lineage the ids of the thing's node and of all above it
   */
  public boolean reaches(Collection<UUID> lineage) {
    return (node.isEmpty() || lineage.contains(node.get()))
        && (owner.isEmpty() || owner.get().roleAt(lineage).isPresent());
  }

  /** Whether the caller has a role at a node, or needs none because it acts for no member. */
  public boolean hasRole(Role role, Collection<UUID> lineage) {
    return owner.isEmpty()
        || owner.get().roleAt(lineage).filter(held -> held.includes(role)).isPresent();
  }

  /**
   * Throws {@code NOT_FOUND} for a thing the caller may not see: it does not exist for it. Throws
   * {@code ROLE_INSUFFICIENT} for one it may see, but not do with what the present call does.
   */
  public void requireReach(Collection<UUID> lineage, String type, UUID id) {
    if (!reaches(lineage)) {
      throw ApiException.notFound(type, id);
    }
    requireRole(neededRole, lineage);
  }

  /** Throws {@code ROLE_INSUFFICIENT} unless the caller has a role at a node, or needs none. */
  public void requireRole(Role role, Collection<UUID> lineage) {
    if (!hasRole(role, lineage)) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT,
          "The owner of the key needs the role %s at this node.".formatted(role),
          Map.of("required_role", role.name()));
    }
  }

  /** Throws unless a key with these networks can be used from nowhere that the caller's cannot. */
  public void requireKeeps(AllowedNetworks granting) {
    if (!allowedNetworks.contain(granting)) {
      throw limitNotKept("allowed_networks");
    }
  }

  /** The refusal of a grant that has not the limits of the caller's own key. */
  public static ApiException limitNotKept(String field) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_LIMIT_NOT_KEPT,
        "%s: wider than those of the key that asks (expected: within its own)".formatted(field),
        Map.of("field", field));
  }

  /**
   * Throws unless the caller covers every scope it is about to grant. The operator may grant any
   * scope of a tenant's own, for its wildcard covers them.
   */
  public void requireHolds(Collection<String> granting) {
    for (String scope : granting) {
      if (!Scopes.cover(scopes, scope)) {
        throw ApiException.of(
            ErrorReason.ERROR_REASON_SCOPE_NOT_HELD,
            "A key cannot grant the scope %s, which it does not hold.".formatted(scope),
            Map.of("scope", scope));
      }
    }
  }
}
