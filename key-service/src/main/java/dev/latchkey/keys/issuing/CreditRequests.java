package dev.latchkey.keys.issuing;

import dev.latchkey.keys.credits.CreditAccounts.Holder;
import dev.latchkey.keys.credits.CreditDraft;
import dev.latchkey.keys.credits.Refill;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.Credits;
import java.util.Optional;
import java.util.UUID;

/** Reads the fields that concern credits. */
final class CreditRequests {
  private static final String FIELD = "credits";

  private CreditRequests() {}

  /** Whose account a request is about: a key's or a node's, of which one is named. */
  static Holder holder(Fields in, String keyId, String nodeId) {
    if (!keyId.isEmpty() && !nodeId.isEmpty()) {
      in.refuse("node_id", "set beside key_id", "one of the two");
    }
    return nodeId.isEmpty()
        ? new Holder(in.id("key_id", keyId), false)
        : new Holder(in.id("node_id", nodeId), true);
  }

  /** An account that is asked for, if one is. */
  static Optional<CreditDraft> draft(Fields in, boolean present, Credits given) {
    return present ? Optional.of(draft(in, given)) : Optional.empty();
  }

  /** An account that must be given. */
  static CreditDraft required(Fields in, boolean present, Credits given) {
    if (!present) {
      in.refuse(FIELD, "missing", "remaining, and refill if there is one");
    }
    return draft(in, given);
  }

  private static CreditDraft draft(Fields in, Credits given) {
    long remaining = in.number(FIELD + ".remaining", given.getRemaining(), 0, CreditDraft.LARGEST);
    return new CreditDraft(
        remaining,
        given.hasRefill() ? Optional.of(refill(in, given.getRefill())) : Optional.empty());
  }

  private static Refill refill(Fields in, dev.latchkey.proto.keys.v1.Refill given) {
    String field = FIELD + ".refill.interval";
    Refill.Interval interval =
        switch (in.known(field, given.getInterval())) {
          case REFILL_INTERVAL_DAILY -> Refill.Interval.DAILY;
          case REFILL_INTERVAL_WEEKLY -> Refill.Interval.WEEKLY;
          case REFILL_INTERVAL_MONTHLY -> Refill.Interval.MONTHLY;
          case REFILL_INTERVAL_UNSPECIFIED -> {
            in.refuse(field, "missing", "an interval");
            yield Refill.Interval.DAILY;
          }
          case UNRECOGNIZED -> Refill.Interval.DAILY;
        };
    return new Refill(
        interval, in.number(FIELD + ".refill.amount", given.getAmount(), 1, CreditDraft.LARGEST));
  }

  /** What is added to an account. */
  static long added(Fields in, long amount) {
    return in.number("amount", amount, 1, CreditDraft.LARGEST);
  }

  /** The id of the request, if it has one. */
  static Optional<UUID> requestId(Fields in, String given) {
    return Optional.ofNullable(in.optionalId("request_id", given));
  }
}
