package dev.latchkey.tenancy.member;

import dev.latchkey.kit.access.Role;
import dev.latchkey.tenancy.node.Level;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A role that was granted to a user at a node; it holds below the node too.
 *
 * @param id orders memberships by age; a user and a node have one membership at most
 * @param role the role, or the last one where it was taken
 * @param place where it was granted; never changes
 * @param deleteTime when it was taken; null while it holds
 * @param version counts its changes, from 1
 * @param revision the newest revision of the change log that touched it; 0 before the first
 */
public record Membership(
    UUID id,
    UUID userId,
    Place place,
    Role role,
    Instant createTime,
    Instant updateTime,
    @Nullable Instant deleteTime,
    long version,
    long revision) {

  /** A node, and the organization it belongs to; itself for an organization. */
  public record Place(Level level, UUID nodeId, UUID organizationId) {}

  /** Whether the role holds. */
  public boolean isLive() {
    return deleteTime == null;
  }

  /** Whether it is what makes its user one of the organization's OWNERs. */
  boolean ownsOrganization() {
    return isLive() && role == Role.OWNER && place.level() == Level.ORGANIZATION;
  }

  /** The same with a role granted, whatever it was before. */
  Membership granted(Role changed, Instant now) {
    return new Membership(id, userId, place, changed, createTime, now, null, version + 1, revision);
  }

  Membership revoked(Instant now) {
    return new Membership(id, userId, place, role, createTime, now, now, version + 1, revision);
  }
}
