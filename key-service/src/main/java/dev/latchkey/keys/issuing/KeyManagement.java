package dev.latchkey.keys.issuing;

import dev.latchkey.keys.access.KeyVisibility;
import dev.latchkey.keys.credits.CreditAccounts;
import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.store.Binding;
import dev.latchkey.keys.store.KeyFilter;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.paging.Page;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What may be done with keys, and what comes of it. A caller reaches the keys of its own node and
 * below; the others do not exist for it. No key is made, widened or rotated by a caller that could
 * not do what the key can.
 */
@Singleton
class KeyManagement {
  private final TenancyModel tenancy;
  private final GrantRules grants;
  private final KeyMaker maker;
  private final CreditAccounts credits;
  private final Transactions transactions;

  KeyManagement(
      TenancyModel tenancy,
      GrantRules grants,
      KeyMaker maker,
      CreditAccounts credits,
      Transactions transactions) {
    this.tenancy = tenancy;
    this.grants = grants;
    this.maker = maker;
    this.credits = credits;
    this.transactions = transactions;
  }

  /** The present, in the precision that is stored. */
  Instant now() {
    return maker.now();
  }

  /** A node that the caller names and may reach. May ask tenant-service. */
  Lineage node(Caller caller, UUID nodeId) {
    Lineage lineage = tenancy.require(nodeId);
    caller.requireReach(lineage.ids(), "node", nodeId);
    return lineage;
  }

  StoredKey get(Caller caller, UUID id) {
    return KeyVisibility.require(
        caller, id, transactions.read(connection -> KeyStore.byId(connection, id)));
  }

  Page<StoredKey> list(KeyFilter filter, Optional<UUID> after, int size) {
    return Page.of(
        transactions.read(connection -> KeyStore.list(connection, filter, after, size + 1, now())),
        size,
        StoredKey::id);
  }

  /** Where a list looks: the node that is named, otherwise the caller's own. */
  Optional<Binding> listed(Caller caller, @Nullable UUID nodeId) {
    return nodeId == null
        ? caller.node().map(own -> Binding.of(tenancy.require(own)))
        : Optional.of(Binding.of(node(caller, nodeId)));
  }

  /**
   * Sees to it that scopes and roles are known here that tenant-service has made a moment ago. May
   * wait, so it is not for transactions.
   */
  void lookUp(Caller caller, UUID id, KeyPatch patch) {
    if (!patch.scopes().isEmpty() || !patch.roles().isEmpty()) {
      get(caller, id)
          .binding()
          .nodeId()
          .ifPresent(node -> grants.lookUp(tenancy.require(node), patch.scopes(), patch.roles()));
    }
  }

  StoredKey update(
      KeyTransaction transaction, Caller caller, UUID id, String etag, KeyPatch patch) {
    StoredKey key = KeyAccess.locked(transaction, caller, id, etag);
    KeyAccess.requireLasting(key, now());
    StoredKey.Builder next = key.change(now());
    if (patch.paths().contains(KeyPatch.NAME)) {
      next.name(patch.name());
    }
    if (patch.paths().contains(KeyPatch.SCOPES)) {
      requireGrantable(transaction, caller, key, patch.scopes(), List.of());
      next.scopes(patch.scopes());
    }
    if (patch.paths().contains(KeyPatch.ROLES)) {
      requireGrantable(transaction, caller, key, List.of(), patch.roles());
      next.roles(patch.roles());
    }
    if (patch.paths().contains(KeyPatch.METADATA)) {
      next.metadata(patch.metadata());
    }
    if (patch.paths().contains(KeyPatch.NOT_BEFORE)) {
      next.notBefore(patch.notBefore());
    }
    if (patch.paths().contains(KeyPatch.EXPIRE_TIME)) {
      next.expireTime(patch.expireTime());
    }
    if (patch.paths().contains(KeyPatch.ALLOWED_NETWORKS)) {
      caller.requireKeeps(patch.allowedNetworks());
      next.allowedNetworks(patch.allowedNetworks());
    }
    if (patch.paths().contains(KeyPatch.RESOURCES)) {
      GrantRules.requireKeeps(caller, patch.resources());
      next.resources(patch.resources());
    }
    if (patch.paths().contains(KeyPatch.RATE_LIMITS)) {
      caller.requireRole(Role.ADMIN, key.binding().lineage());
      next.rateLimits(patch.rateLimits());
    }
    StoredKey changed = next.build();
    requireOrder(changed.notBefore(), changed.expireTime());
    return transaction.update(changed);
  }

  private void requireGrantable(
      KeyTransaction transaction,
      Caller caller,
      StoredKey key,
      List<String> scopes,
      List<String> roles) {
    Grant grant = grants.of(key, transaction.readOwner(key.ownerUserId()), scopes, roles);
    GrantRules.requireKnown(grant);
    grants.requireHeld(caller, grant);
  }

  private static void requireOrder(@Nullable Instant notBefore, @Nullable Instant expireTime) {
    if (notBefore != null && expireTime != null && !notBefore.isBefore(expireTime)) {
      throw ApiException.invalid(
          "expire_time", expireTime + " (expected: after not_before, " + notBefore + ")");
    }
  }

  /**
   * A rotation's outcome.
   *
   * @param successor the new key with its secret
   * @param previous the old key after the change
   */
  record Rotation(IssuedKey successor, StoredKey previous) {}

  Rotation rotate(KeyTransaction transaction, Caller caller, UUID id, String etag, Duration grace) {
    MemberView owner = KeyAccess.heldOwner(transaction, caller, id);
    StoredKey key = KeyAccess.locked(transaction, caller, id, etag);
    KeyAccess.requireLasting(key, now());
    UUID earlier = key.successorId();
    if (earlier != null) {
      throw KeyRefusals.alreadyRotated(key, earlier);
    }
    if (key.stored() == Validity.Switch.DISABLED) {
      throw KeyRefusals.disabled(key);
    }
    requireOwnerActive(key, owner);
    grants.requireHeld(
        caller,
        grants.of(key, owner, key.scopes(), key.roles()),
        key.allowedNetworks(),
        key.resources());
    KeyText text = successorText(key);
    StoredKey successor = transaction.insert(maker.successor(key, text, caller.keyId()));
    credits.passOn(transaction.connection(), key.id(), successor.id());
    StoredKey.Builder old = key.change(now()).rotatedTo(successor.id(), now().plus(grace));
    if (grace.isZero()) {
      old.revoked(StoredKey.Revocation.Reason.ROTATED, "");
    }
    return new Rotation(new IssuedKey(successor, text.secret()), transaction.update(old.build()));
  }

  private KeyText successorText(StoredKey key) {
    Optional<UUID> node = key.binding().nodeId();
    if (node.isEmpty()) {
      return maker.text(KeyFormat.DEFAULT, key.mode(), Optional.empty());
    }
    Lineage lineage = tenancy.require(node.get());
    KeyAccess.requireLive(lineage.current(), node.get(), now());
    return maker.text(lineage.keyFormat(), key.mode(), lineage.current().environmentSlug());
  }

  private static void requireOwnerActive(StoredKey key, @Nullable MemberView owner) {
    KeyOwners.requireIn(key, owner);
    if (key.ownerInactive() && owner != null) {
      throw KeyRefusals.ownerInactive(key, owner.id());
    }
  }
}
