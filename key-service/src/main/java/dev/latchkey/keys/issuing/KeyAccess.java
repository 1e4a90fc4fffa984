package dev.latchkey.keys.issuing;

import dev.latchkey.keys.access.KeyVisibility;
import dev.latchkey.keys.decision.KeyState;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.errors.ApiException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keys that a call is about to change: visible to the caller, locked, in the expected version. */
final class KeyAccess {
  private KeyAccess() {}

  /** A key that is about to be changed, in its current version. */
  static StoredKey locked(KeyTransaction transaction, Caller caller, UUID id, String etag) {
    StoredKey key = KeyVisibility.require(caller, id, transaction.lock(id));
    if (!etag.isEmpty() && !etag.equals(key.etag())) {
      throw ApiException.etagMismatch(KeyVisibility.TYPE, id, key.etag());
    }
    return key;
  }

  /** The owner of a key, held before the key itself is; null for a service key. */
  static @Nullable MemberView heldOwner(KeyTransaction transaction, Caller caller, UUID id) {
    StoredKey key = KeyVisibility.require(caller, id, transaction.find(id));
    return transaction.holdOwner(key.ownerUserId());
  }

  /** Throws for a key that no change can bring back. */
  static void requireLasting(StoredKey key, Instant now) {
    KeyState state = key.validity().at(now.toEpochMilli());
    if (state == KeyState.REVOKED) {
      throw KeyRefusals.revoked(key);
    }
    if (state == KeyState.EXPIRED) {
      throw KeyRefusals.expired(key);
    }
  }

  /** Throws for a node that is deleted or has expired, itself or with one above it. */
  static void requireLive(Tenant tenant, UUID nodeId, Instant now) {
    if (tenant.standingAt(now.toEpochMilli()) == Tenant.Standing.DELETED) {
      throw KeyRefusals.nodeNotLive(nodeId);
    }
  }
}
