package dev.latchkey.keys.tenancy;

import java.sql.Connection;
import java.util.Set;
import java.util.UUID;

/** Who has to act when a member loses roles. */
public interface MemberLosses {
  /**
   * A member has just lost a role, or was deleted: called in the transaction that applies it, once
   * for each loss, with the member's row held.
   *
   * @param member the member after the loss
   * @return what remains to be done once the transaction is committed
   */
  Runnable onLoss(Connection connection, MemberView member);

  /**
   * Members may be about to gain something in this node's memory. What their losses have done, on
   * whatever node, must hold in memory before that.
   *
   * @return what makes it hold, to be run once the transaction has ended
   */
  Runnable onGain(Connection connection, Set<UUID> users);
}
