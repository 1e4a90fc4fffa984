package dev.latchkey.kit.access;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The member a key acts for, and what they may do where.
 *
 * @param roles the roles that were granted to them, by the node they were granted at
 */
public record Owner(UUID userId, Map<UUID, Role> roles) {
  public Owner {
    roles = Map.copyOf(roles);
  }

  /**
   * The role that holds at a node: the highest of those granted at it or above.
   *
   * @param lineage the ids of the node and of all above it
   */
  public Optional<Role> roleAt(Collection<UUID> lineage) {
    return lineage.stream().flatMap(id -> Stream.ofNullable(roles.get(id))).reduce(Role::or);
  }
}
