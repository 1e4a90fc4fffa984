package dev.latchkey.keys.issuing;

import dev.latchkey.keys.credits.Account;
import dev.latchkey.keys.credits.CreditAccounts.Shown;
import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.Refill;
import dev.latchkey.proto.keys.v1.RefillInterval;
import java.util.List;
import java.util.UUID;

/** Makes messages of accounts. */
final class CreditMessages {
  private CreditMessages() {}

  static Credits credits(Shown shown) {
    Account account = shown.account();
    Credits.Builder message =
        Credits.newBuilder()
            .setRemaining(shown.remaining())
            .setUpdateTime(Timestamps.of(account.updateTime()))
            .setEtag(account.etag());
    account
        .refill()
        .ifPresent(
            refill ->
                message.setRefill(
                    Refill.newBuilder()
                        .setInterval(
                            RefillInterval.valueOf("REFILL_INTERVAL_" + refill.interval().name()))
                        .setAmount(refill.amount())));
    if (account.nextRefill() != null) {
      message.setNextRefillTime(Timestamps.of(account.nextRefill()));
    }
    return message.build();
  }

  /** What the audit log calls the account of a key or node. */
  static AuditTarget target(UUID holder, List<UUID> lineage) {
    return new AuditTarget("credits", holder, lineage);
  }
}
