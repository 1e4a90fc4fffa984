package dev.latchkey.keys.tenancy;

import java.sql.Connection;

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
}
