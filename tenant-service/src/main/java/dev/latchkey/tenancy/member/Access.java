package dev.latchkey.tenancy.member;

import dev.latchkey.kit.access.Role;
import java.util.List;

/**
 * What one user may do at a node, and why.
 *
 * @param memberships those that reach the node, from the organization downward; at least one
 */
public record Access(User user, List<Membership> memberships) {
  public Access {
    memberships = List.copyOf(memberships);
    if (memberships.isEmpty()) {
      throw new IllegalArgumentException(user.id() + " has no access");
    }
  }

  /** The highest of the roles. */
  public Role role() {
    return memberships.stream().map(Membership::role).reduce(Role::or).orElseThrow();
  }
}
