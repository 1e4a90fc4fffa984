package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A user with all that was granted to them, as one consistent view. Immutable.
 *
 * @param user who it is; empty while the copy does not have the user
 * @param memberships by node, revoked ones too: they say which revision was seen
 * @param owner what decisions see of it: no roles for a user who is deleted or not there
 */
public record MemberView(
    UUID id, Optional<UserView> user, Map<UUID, MembershipView> memberships, Owner owner) {
  public MemberView {
    memberships = Map.copyOf(memberships);
  }

  static MemberView of(UUID id, Optional<UserView> user, List<MembershipView> memberships) {
    Map<UUID, MembershipView> byNode = new HashMap<>();
    memberships.forEach(membership -> byNode.put(membership.nodeId(), membership));
    return of(id, user, byNode);
  }

  private static MemberView of(
      UUID id, Optional<UserView> user, Map<UUID, MembershipView> memberships) {
    Map<UUID, Role> roles = new HashMap<>();
    if (user.filter(UserView::live).isPresent()) {
      memberships.forEach((node, held) -> held.role().ifPresent(role -> roles.put(node, role)));
    }
    return new MemberView(id, user, memberships, new Owner(id, roles));
  }

  /** This view with a user's newer revision; this very view if it is not newer. */
  MemberView with(UserView newer) {
    return user.filter(present -> present.revision() >= newer.revision()).isPresent()
        ? this
        : of(id, Optional.of(newer), memberships);
  }

  /** This view with a membership's newer revision; this very view if it is not newer. */
  MemberView with(MembershipView newer) {
    MembershipView present = memberships.get(newer.nodeId());
    if (present != null && present.revision() >= newer.revision()) {
      return this;
    }
    Map<UUID, MembershipView> next = new HashMap<>(memberships);
    next.put(newer.nodeId(), newer);
    return of(id, user, next);
  }

  /** Whether it is a live user of an organization. */
  public boolean isLiveIn(UUID organizationId) {
    return user.filter(present -> present.live() && present.organizationId().equals(organizationId))
        .isPresent();
  }

  /** The role that holds at a node; empty for none. */
  public Optional<Role> roleAt(Collection<UUID> lineage) {
    return owner.roleAt(lineage);
  }
}
