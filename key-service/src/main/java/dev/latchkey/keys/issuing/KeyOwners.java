package dev.latchkey.keys.issuing;

import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.keys.tenancy.Members;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.errors.ApiException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** For whom keys act, and what a key needs of its owner to come to life. */
@Singleton
class KeyOwners {
  private final Members members;

  KeyOwners(Members members) {
    this.members = members;
  }

  /**
   * The member that a new key shall act for; empty for a service key. May wait a moment for a user
   * or a role that tenant-service has made just now.
   */
  Optional<UUID> ofNewKey(Caller caller, KeyDraft draft, Lineage lineage) {
    UUID asked = draft.ownerUserId();
    if (caller.owner().isPresent()) {
      return ofMembersKey(caller, caller.owner().get(), draft, lineage);
    }
    if (asked != null) {
      requireMember(members.await(asked, member -> isMember(member, lineage)), lineage);
    }
    return Optional.ofNullable(asked);
  }

  private static Optional<UUID> ofMembersKey(
      Caller caller, Owner owner, KeyDraft draft, Lineage lineage) {
    UUID asked = draft.ownerUserId();
    if (asked != null) {
      requireOwn(owner, asked);
    }
    if (draft.serviceKey()) {
      caller.requireRole(Role.ADMIN, lineage.ids());
      return Optional.empty();
    }
    return Optional.of(owner.userId());
  }

  /**
   * The member that an imported key shall act for. May wait a moment, as for a new key. Who acts
   * for a member imports keys of nobody else.
   */
  MemberView ofImportedKey(Caller caller, UUID asked, Lineage lineage) {
    caller.owner().ifPresent(owner -> requireOwn(owner, asked));
    return members.await(asked, member -> isMember(member, lineage));
  }

  private static void requireOwn(Owner owner, UUID asked) {
    if (!asked.equals(owner.userId())) {
      throw ApiException.invalid(
          KeyRequests.OWNER_USER_ID,
          "another user than the owner of the key that asks (expected: empty, or its owner)");
    }
  }

  private static boolean isMember(MemberView member, Lineage lineage) {
    return member.isLiveIn(lineage.organizationId())
        && member.roleAt(lineage.ids()).filter(role -> role.includes(Role.MEMBER)).isPresent();
  }

  /**
   * The role of a new key's owner.
   *
   * @throws ApiException {@code NOT_FOUND} for one who is no user of the organization, {@code
   *     USER_NOT_MEMBER} for one who is not at least MEMBER at the node
   */
  static Role requireMember(MemberView member, Lineage lineage) {
    if (!member.isLiveIn(lineage.organizationId())) {
      throw ApiException.notFound("user", member.id());
    }
    return member
        .roleAt(lineage.ids())
        .filter(role -> role.includes(Role.MEMBER))
        .orElseThrow(() -> KeyRefusals.userNotMember(member.id(), lineage.ids().getLast()));
  }

  /**
   * Throws {@code OWNER_INACTIVE} for a key whose owner has no role at its node.
   *
   * @param owner null for a service key
   */
  static void requireIn(StoredKey key, @Nullable MemberView owner) {
    if (owner != null && owner.roleAt(key.binding().lineage()).isEmpty()) {
      throw KeyRefusals.ownerInactive(key, owner.id());
    }
  }

  /** The role of a key's owner at its node; null for a service key, and for an owner without. */
  static @Nullable Role roleOf(@Nullable MemberView owner, List<UUID> lineage) {
    return owner == null ? null : owner.roleAt(lineage).orElse(null);
  }
}
