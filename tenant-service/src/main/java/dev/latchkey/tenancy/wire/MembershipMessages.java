package dev.latchkey.tenancy.wire;

import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.tenancy.v1.AccessEntry;
import dev.latchkey.proto.tenancy.v1.Membership;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.tenancy.change.Change;
import dev.latchkey.tenancy.member.Access;
import dev.latchkey.tenancy.node.Level;
import java.time.Instant;

/** Memberships as messages. */
public final class MembershipMessages {
  private MembershipMessages() {}

  /** A membership as it is answered. */
  public static Membership answer(dev.latchkey.tenancy.member.Membership membership) {
    Membership.Builder message =
        Membership.newBuilder()
            .setNode(
                NodeRef.newBuilder()
                    .setLevel(level(membership.place().level()))
                    .setId(membership.place().nodeId().toString()))
            .setUserId(membership.userId().toString())
            .setRole(membership.role().toMessage())
            .setOrganizationId(membership.place().organizationId().toString())
            .setCreateTime(Timestamps.of(membership.createTime()))
            .setUpdateTime(Timestamps.of(membership.updateTime()))
            .setEtag(Long.toString(membership.version()));
    Instant deleteTime = membership.deleteTime();
    if (deleteTime != null) {
      message.setDeleteTime(Timestamps.of(deleteTime));
    }
    return message.build();
  }

  /** Somebody's access to a node. */
  public static AccessEntry answer(Access access) {
    return AccessEntry.newBuilder()
        .setUser(UserMessages.answer(access.user()))
        .setRole(access.role().toMessage())
        .addAllMemberships(access.memberships().stream().map(MembershipMessages::answer).toList())
        .build();
  }

  /** A membership as those get it who keep a copy. */
  public static TenancyResource resource(dev.latchkey.tenancy.member.Membership membership) {
    return TenancyResource.newBuilder()
        .setMembership(answer(membership))
        .setRevision(membership.revision())
        .build();
  }

  /** A membership as it is written to the change log. */
  public static Change change(dev.latchkey.tenancy.member.Membership membership) {
    return new Change(
        Change.Table.MEMBERSHIP,
        membership.id(),
        resource(membership).toBuilder().clearRevision().build().toByteString());
  }

  private static NodeLevel level(Level level) {
    return switch (level) {
      case ORGANIZATION -> NodeLevel.NODE_LEVEL_ORGANIZATION;
      case PROJECT -> NodeLevel.NODE_LEVEL_PROJECT;
      case ENVIRONMENT -> NodeLevel.NODE_LEVEL_ENVIRONMENT;
      case WORKSPACE -> NodeLevel.NODE_LEVEL_WORKSPACE;
    };
  }
}
