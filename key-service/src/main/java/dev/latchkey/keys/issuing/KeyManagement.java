package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.KeyState;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.keys.store.Binding;
import dev.latchkey.keys.store.KeyFilter;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.net.AllowedNetworks;
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
  private final KeyMaker maker;
  private final Transactions transactions;

  KeyManagement(TenancyModel tenancy, KeyMaker maker, Transactions transactions) {
    this.tenancy = tenancy;
    this.maker = maker;
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

  IssuedKey issue(KeyTransaction transaction, Caller caller, KeyDraft draft, Lineage lineage) {
    requireMayMake(caller, draft, lineage);
    KeyText text =
        maker.text(lineage.keyFormat(), draft.mode(), lineage.current().environmentSlug());
    StoredKey key = maker.key(draft, text, Binding.of(lineage), caller.keyId());
    return new IssuedKey(transaction.insert(key), text.secret());
  }

  /** A key of another system as it is to be stored. Throws what {@link #issue} would. */
  StoredKey imported(Caller caller, KeyDraft draft, ForeignKey foreign, Lineage lineage) {
    requireMayMake(caller, draft, lineage);
    return maker.imported(draft, foreign, Binding.of(lineage), caller.keyId());
  }

  private void requireMayMake(Caller caller, KeyDraft draft, Lineage lineage) {
    requireLive(lineage.current(), draft.nodeId());
    requireHolds(caller, draft.scopes(), draft.allowedNetworks(), draft.resources());
  }

  /** Throws for a key that could do more, or be used more widely, than the caller's own. */
  private static void requireHolds(
      Caller caller, List<String> scopes, AllowedNetworks networks, ResourceGrants resources) {
    caller.requireHolds(scopes);
    caller.requireKeeps(networks);
    requireKeeps(caller, resources);
  }

  private static void requireKeeps(Caller caller, ResourceGrants resources) {
    if (!ResourceGrants.of(caller.resources()).cover(resources)) {
      throw Caller.limitNotKept(KeyPatch.RESOURCES);
    }
  }

  private void requireLive(Tenant tenant, UUID nodeId) {
    if (tenant.standingAt(now().toEpochMilli()) == Tenant.Standing.DELETED) {
      throw KeyRefusals.nodeNotLive(nodeId);
    }
  }

  StoredKey get(Caller caller, UUID id) {
    return visible(caller, id, transactions.read(connection -> KeyStore.byId(connection, id)));
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

  StoredKey update(
      KeyTransaction transaction, Caller caller, UUID id, String etag, KeyPatch patch) {
    StoredKey key = locked(transaction, caller, id, etag);
    requireLasting(key);
    StoredKey.Builder next = key.change(now());
    if (patch.paths().contains(KeyPatch.NAME)) {
      next.name(patch.name());
    }
    if (patch.paths().contains(KeyPatch.SCOPES)) {
      caller.requireHolds(patch.scopes());
      next.scopes(patch.scopes());
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
      requireKeeps(caller, patch.resources());
      next.resources(patch.resources());
    }
    StoredKey changed = next.build();
    requireOrder(changed.notBefore(), changed.expireTime());
    return transaction.update(changed);
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
    StoredKey key = locked(transaction, caller, id, etag);
    requireLasting(key);
    UUID earlier = key.successorId();
    if (earlier != null) {
      throw KeyRefusals.alreadyRotated(key, earlier);
    }
    if (key.stored() == Validity.Switch.DISABLED) {
      throw KeyRefusals.disabled(key);
    }
    requireHolds(caller, key.scopes(), key.allowedNetworks(), key.resources());
    KeyText text = successorText(key);
    StoredKey successor = transaction.insert(maker.successor(key, text, caller.keyId()));
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
    requireLive(lineage.current(), node.get());
    return maker.text(lineage.keyFormat(), key.mode(), lineage.current().environmentSlug());
  }

  StoredKey disable(KeyTransaction transaction, Caller caller, UUID id, String etag) {
    return turn(transaction, caller, id, etag, Validity.Switch.DISABLED);
  }

  StoredKey enable(KeyTransaction transaction, Caller caller, UUID id, String etag) {
    return turn(transaction, caller, id, etag, Validity.Switch.ACTIVE);
  }

  private StoredKey turn(
      KeyTransaction transaction, Caller caller, UUID id, String etag, Validity.Switch target) {
    StoredKey key = locked(transaction, caller, id, etag);
    requireLasting(key);
    return key.stored() == target
        ? key
        : transaction.update(key.change(now()).stored(target).build());
  }

  StoredKey revoke(
      KeyTransaction transaction,
      Caller caller,
      UUID id,
      String etag,
      StoredKey.Revocation.Reason reason,
      String note) {
    StoredKey key = locked(transaction, caller, id, etag);
    return key.stored() == Validity.Switch.REVOKED
        ? key
        : transaction.update(key.change(now()).revoked(reason, note).build());
  }

  private static StoredKey locked(KeyTransaction transaction, Caller caller, UUID id, String etag) {
    StoredKey key = visible(caller, id, transaction.lock(id));
    if (!etag.isEmpty() && !etag.equals(key.etag())) {
      throw ApiException.etagMismatch(KeyRefusals.TYPE, id, key.etag());
    }
    return key;
  }

  private static StoredKey visible(Caller caller, UUID id, Optional<StoredKey> found) {
    return found
        .filter(key -> caller.reaches(key.binding().lineage()))
        .orElseThrow(() -> ApiException.notFound(KeyRefusals.TYPE, id));
  }

  /** Throws for a key that no change can bring back. */
  private void requireLasting(StoredKey key) {
    KeyState state = key.validity().at(now().toEpochMilli());
    if (state == KeyState.REVOKED) {
      throw KeyRefusals.revoked(key);
    }
    if (state == KeyState.EXPIRED) {
      throw KeyRefusals.expired(key);
    }
  }
}
