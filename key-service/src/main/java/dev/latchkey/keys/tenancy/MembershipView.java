package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.access.Role;
import java.util.Optional;
import java.util.UUID;

/**
 * What was granted to a user at one node, as of one revision. Immutable.
 *
 * @param role empty once it is revoked, and for a role that this version does not know
 */
record MembershipView(UUID userId, UUID nodeId, Optional<Role> role, long revision) {}
