package dev.latchkey.tenancy.member;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.node.Lineage;
import dev.latchkey.tenancy.node.NodeState;
import dev.latchkey.tenancy.node.NodeStore;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What holds for all members of an organization together. Every change of a user or a membership
 * first takes {@link #lock}, so there is one at a time in an organization, and what is looked up
 * after it stays true until the commit. Without it two OWNERs could remove each other at once.
 */
@Singleton
final class OrganizationMembers {
  private final NodeStore nodes;
  private final MembershipStore memberships;

  OrganizationMembers(NodeStore nodes, MembershipStore memberships) {
    this.nodes = nodes;
    this.memberships = memberships;
  }

  /** The organization, whose members nobody else changes until the transaction ends. */
  Optional<Lineage> lock(Connection connection, UUID organizationId) {
    return nodes
        .lock(connection, organizationId)
        .filter(lineage -> lineage.node().level() == Level.ORGANIZATION);
  }

  /**
   * Throws {@code LAST_OWNER} if a live organization has no OWNER beside one user. Of one that is
   * deleted everybody may go.
   */
  void requireOwnerBeside(Connection connection, Lineage organization, UUID userId, Instant now) {
    UUID id = organization.node().id();
    if (organization.effectiveState(now) != NodeState.DELETED
        && !memberships.hasOwnerBeside(connection, id, userId)) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_LAST_OWNER,
          "The user is the organization's last OWNER; make another one first.",
          Map.of("organization_id", id.toString()));
    }
  }

  /**
   * Throws {@code ROLE_INSUFFICIENT} if a user has a higher role somewhere than the caller there.
   */
  void requireNoHigherRole(Connection connection, Caller caller, UUID userId) {
    memberships
        .standings(connection, userId)
        .forEach(standing -> caller.requireRole(standing.role(), standing.lineage()));
  }
}
