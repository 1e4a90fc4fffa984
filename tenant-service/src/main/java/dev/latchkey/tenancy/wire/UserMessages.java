package dev.latchkey.tenancy.wire;

import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.tenancy.change.Change;
import java.time.Instant;

/** Users as messages. */
public final class UserMessages {
  private UserMessages() {}

  /** A user as it is answered. */
  public static User answer(dev.latchkey.tenancy.member.User user) {
    User.Builder message =
        User.newBuilder()
            .setId(user.id().toString())
            .setOrganizationId(user.organizationId().toString())
            .setEmail(user.settings().email())
            .setDisplayName(user.settings().displayName())
            .setExternalSubject(user.settings().externalSubject())
            .setCreateTime(Timestamps.of(user.createTime()))
            .setUpdateTime(Timestamps.of(user.updateTime()))
            .setEtag(Long.toString(user.version()));
    Instant deleteTime = user.deleteTime();
    if (deleteTime != null) {
      message.setDeleteTime(Timestamps.of(deleteTime));
    }
    return message.build();
  }

  /** A user as those get it who keep a copy. */
  public static TenancyResource resource(dev.latchkey.tenancy.member.User user) {
    return TenancyResource.newBuilder().setUser(answer(user)).setRevision(user.revision()).build();
  }

  /** A user as it is written to the change log. */
  public static Change change(dev.latchkey.tenancy.member.User user) {
    return new Change(
        Change.Table.USER,
        user.id(),
        resource(user).toBuilder().clearRevision().build().toByteString());
  }
}
