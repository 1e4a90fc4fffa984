package dev.latchkey.tenancy.member;

import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.tenancy.caller.OwnerRoles;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;

/** The roles of members as they are committed; nothing is kept in memory. */
@Singleton
final class MemberRoles implements OwnerRoles {
  private final MembershipStore memberships;
  private final Transactions transactions;

  MemberRoles(MembershipStore memberships, Transactions transactions) {
    this.memberships = memberships;
    this.transactions = transactions;
  }

  @Override
  public Map<UUID, Role> of(UUID userId) {
    return transactions.read(connection -> memberships.roles(connection, userId));
  }
}
