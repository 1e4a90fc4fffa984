package dev.latchkey.keys.issuing;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.errors.ApiException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What of a batch may still come in when its transaction runs: keys whose owners are members now,
 * and no more than the ceilings of the plans leave room for. Takes its locks in the order that all
 * writes of keys keep: members, organizations, then the keys themselves.
 */
final class ImportAdmission {
  private final KeyTransaction transaction;
  private final Instant now;
  private final List<Asked> asked = new ArrayList<>();
  private final Map<KeyHash, ApiException> refused = new HashMap<>();

  private record Asked(StoredKey key, Lineage lineage) {}

  ImportAdmission(KeyTransaction transaction, Instant now) {
    this.transaction = transaction;
    this.now = now;
  }

  /** Asks for a key to come in. */
  void ask(StoredKey key, Lineage lineage) {
    asked.add(new Asked(key, lineage));
  }

  /** Those that may, in the order they were asked for. To be called once, after all were. */
  List<StoredKey> admitted() {
    Map<UUID, MemberView> owners = heldOwners();
    Map<UUID, Long> rooms = rooms();
    List<StoredKey> admitted = new ArrayList<>();
    for (Asked one : asked) {
      try {
        requireMember(one, owners);
        takeRoom(one, rooms);
        admitted.add(one.key());
      } catch (ApiException refusal) {
        refused.put(one.key().hash(), refusal);
      }
    }
    return admitted;
  }

  /** Why a key may not come in; empty for those that may and for those not asked for. */
  Optional<ApiException> refusal(KeyHash hash) {
    return Optional.ofNullable(refused.get(hash));
  }

  /** In the order of their ids, so that batches wait for each other in no circle. */
  private Map<UUID, MemberView> heldOwners() {
    Map<UUID, MemberView> owners = new TreeMap<>();
    asked.stream()
        .map(one -> one.key().ownerUserId())
        .filter(Objects::nonNull)
        .distinct()
        .sorted()
        .forEach(id -> owners.put(id, Objects.requireNonNull(transaction.holdOwner(id))));
    return owners;
  }

  private Map<UUID, Long> rooms() {
    Map<UUID, Lineage> organizations = new TreeMap<>();
    asked.forEach(one -> organizations.put(one.lineage().organizationId(), one.lineage()));
    Map<UUID, Long> rooms = new HashMap<>();
    organizations.forEach(
        (id, lineage) -> rooms.put(id, KeyCeiling.room(transaction.connection(), lineage, now)));
    return rooms;
  }

  private static void requireMember(Asked one, Map<UUID, MemberView> owners) {
    UUID owner = one.key().ownerUserId();
    if (owner != null) {
      var _ = KeyOwners.requireMember(Objects.requireNonNull(owners.get(owner)), one.lineage());
    }
  }

  private static void takeRoom(Asked one, Map<UUID, Long> rooms) {
    long room = Objects.requireNonNull(rooms.get(one.lineage().organizationId()));
    if (room < 1) {
      throw KeyCeiling.reached(one.lineage());
    }
    rooms.put(one.lineage().organizationId(), room == Long.MAX_VALUE ? room : room - 1);
  }
}
