package dev.latchkey.keys.issuing;

import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The refusals that only keys know. */
final class KeyRefusals {
  private KeyRefusals() {}

  static ApiException revoked(StoredKey key) {
    return refusal(
        ErrorReason.ERROR_REASON_KEY_REVOKED, "The key is revoked; revocation is final.", key);
  }

  static ApiException expired(StoredKey key) {
    return refusal(
        ErrorReason.ERROR_REASON_KEY_EXPIRED,
        "The key has expired, or the grace of its rotation has ended.",
        key);
  }

  static ApiException disabled(StoredKey key) {
    return refusal(
        ErrorReason.ERROR_REASON_KEY_DISABLED, "The key is disabled; enable it first.", key);
  }

  static ApiException ownerInactive(StoredKey key, UUID userId) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_OWNER_INACTIVE,
        "The key's owner has no role at its node, or had none since it was last enabled.",
        Map.of("key_id", key.id().toString(), "user_id", userId.toString()));
  }

  static ApiException userNotMember(UUID userId, UUID nodeId) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_USER_NOT_MEMBER,
        "The user is not at least MEMBER at the node.",
        Map.of("user_id", userId.toString(), "node_id", nodeId.toString()));
  }

  static ApiException alreadyRotated(StoredKey key, UUID successor) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_KEY_ALREADY_ROTATED,
        "The key was rotated before; rotate its successor.",
        Map.of("key_id", key.id().toString(), "successor_key_id", successor.toString()));
  }

  static ApiException secretAlreadyIssued(@Nullable UUID requestId, String keyId) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_SECRET_ALREADY_ISSUED,
        "This request made a key before; its secret was handed out then and cannot be read again.",
        Map.of("request_id", String.valueOf(requestId), "key_id", keyId));
  }

  static ApiException nodeNotLive(UUID nodeId) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_NODE_NOT_LIVE,
        "The node, or one above it, is deleted or has expired.",
        Map.of("resource_type", "node", "resource_id", nodeId.toString()));
  }

  private static ApiException refusal(ErrorReason reason, String message, StoredKey key) {
    return ApiException.of(reason, message, Map.of("key_id", key.id().toString()));
  }
}
