package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Stops keys, lifts that, and stops them for good. */
@Singleton
class KeySwitches {
  private final KeyMaker maker;

  KeySwitches(KeyMaker maker) {
    this.maker = maker;
  }

  StoredKey disable(KeyTransaction transaction, Caller caller, UUID id, String etag) {
    StoredKey key = KeyAccess.locked(transaction, caller, id, etag);
    KeyAccess.requireLasting(key, maker.now());
    return key.stored() == Validity.Switch.DISABLED
        ? key
        : transaction.update(key.change(maker.now()).disabled().build());
  }

  StoredKey enable(KeyTransaction transaction, Caller caller, UUID id, String etag) {
    MemberView owner = KeyAccess.heldOwner(transaction, caller, id);
    StoredKey key = KeyAccess.locked(transaction, caller, id, etag);
    KeyAccess.requireLasting(key, maker.now());
    KeyOwners.requireIn(key, owner);
    if (key.ownerInactive()) {
      // Who has lost access and got it back does not decide alone what of the old keys lives on.
      caller.requireRole(Role.ADMIN, key.binding().lineage());
    }
    return key.stored() == Validity.Switch.ACTIVE && !key.ownerInactive()
        ? key
        : transaction.update(key.change(maker.now()).enabled().build());
  }

  StoredKey revoke(
      KeyTransaction transaction,
      Caller caller,
      UUID id,
      String etag,
      StoredKey.Revocation.Reason reason,
      String note) {
    StoredKey key = KeyAccess.locked(transaction, caller, id, etag);
    return key.stored() == Validity.Switch.REVOKED
        ? key
        : transaction.update(key.change(maker.now()).revoked(reason, note).build());
  }
}
