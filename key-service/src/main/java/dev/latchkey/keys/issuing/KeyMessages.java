package dev.latchkey.keys.issuing;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.decision.KeyState;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.store.Binding;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.usage.LastUse;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.Revocation;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes messages of keys. */
final class KeyMessages {
  private KeyMessages() {}

  /** A key as callers see it at a moment. */
  static Key key(StoredKey key, Instant now) {
    Key.Builder message =
        Key.newBuilder()
            .setId(key.id().toString())
            .setNode(node(key.binding()))
            .setName(key.name())
            .setMode(mode(key.mode()))
            .setPrefix(key.prefix())
            .setLastCharacters(key.lastCharacters())
            .addAllScopes(key.scopes())
            .addAllRoles(key.roles())
            .putAllMetadata(key.metadata())
            .addAllAllowedNetworks(key.allowedNetworks().texts())
            .addAllResources(key.resources().texts())
            .addAllRateLimits(RateLimits.toMessages(key.rateLimits()))
            .setState(state(key.validity().at(now.toEpochMilli())))
            .setCreateTime(Timestamps.of(key.createTime()))
            .setUpdateTime(Timestamps.of(key.updateTime()))
            .setEtag(key.etag())
            .setImported(key.imported());
    ifPresent(key.notBefore(), message::setNotBefore);
    ifPresent(key.expireTime(), message::setExpireTime);
    ifPresent(key.retireTime(), message::setRetireTime);
    ifIdPresent(key.ownerUserId(), message::setOwnerUserId);
    ifIdPresent(key.predecessorId(), message::setPredecessorKeyId);
    ifIdPresent(key.successorId(), message::setSuccessorKeyId);
    ifIdPresent(key.creatorId(), message::setCreatorKeyId);
    key.revocation().ifPresent(revocation -> message.setRevocation(revocation(revocation)));
    return message.build();
  }

  /** A key with when and from where it was last used. */
  static Key withLastUse(Key key, @Nullable LastUse use) {
    if (use == null) {
      return key;
    }
    Key.Builder message = key.toBuilder().setLastUsedTime(Timestamps.of(use.time()));
    use.network().ifPresent(message::setLastClientNetwork);
    return message.build();
  }

  private static Revocation revocation(StoredKey.Revocation revocation) {
    return Revocation.newBuilder()
        .setReason(RevocationReason.valueOf("REVOCATION_REASON_" + revocation.reason().name()))
        .setNote(revocation.note())
        .setRevokeTime(Timestamps.of(revocation.time()))
        .build();
  }

  private static NodeRef node(Binding binding) {
    NodeRef.Builder node =
        NodeRef.newBuilder().setLevel(NodeLevel.valueOf("NODE_LEVEL_" + binding.level().name()));
    binding.nodeId().ifPresent(id -> node.setId(id.toString()));
    return node.build();
  }

  private static KeyMode mode(Mode mode) {
    return KeyMode.valueOf("KEY_MODE_" + mode.name());
  }

  private static dev.latchkey.proto.keys.v1.KeyState state(KeyState state) {
    return dev.latchkey.proto.keys.v1.KeyState.valueOf("KEY_STATE_" + state.name());
  }

  private static void ifPresent(@Nullable Instant time, Consumer<Timestamp> setter) {
    if (time != null) {
      setter.accept(Timestamps.of(time));
    }
  }

  private static void ifIdPresent(@Nullable UUID id, Consumer<String> setter) {
    if (id != null) {
      setter.accept(id.toString());
    }
  }
}
