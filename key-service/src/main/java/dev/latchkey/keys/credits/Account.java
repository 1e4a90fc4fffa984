package dev.latchkey.keys.credits;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as it stands in the database. Immutable.
 *
 * @param remaining what is left and leased to no node of the service
 * @param nextRefill the next time it is filled up; null for never
 * @param epoch rises whenever what is left is set anew
 * @param version rises with every change by a caller
 */
public record Account(
    UUID id,
    long remaining,
    Optional<Refill> refill,
    @Nullable Instant nextRefill,
    long epoch,
    Instant updateTime,
    long version) {

  /** A new account. */
  static Account open(UUID id, CreditDraft draft, Instant now) {
    return new Account(
        id, draft.remaining(), draft.refill(), nextRefill(draft.refill(), now), 1, now, 1);
  }

  private static @Nullable Instant nextRefill(Optional<Refill> refill, Instant now) {
    return refill.map(regular -> regular.after(now)).orElse(null);
  }

  /** The account at a moment: filled up, if that was due. */
  Account at(Instant now) {
    if (nextRefill == null || now.isBefore(nextRefill) || refill.isEmpty()) {
      return this;
    }
    return new Account(
        id, refill.get().amount(), refill, refill.get().after(now), epoch + 1, updateTime, version);
  }

  /** What is left is set anew, and with it when it is filled up. */
  Account set(CreditDraft draft, Instant now) {
    return new Account(
        id,
        draft.remaining(),
        draft.refill(),
        nextRefill(draft.refill(), now),
        epoch + 1,
        now,
        version + 1);
  }

  /** Some is added by a caller. */
  Account plus(long amount, Instant now) {
    return new Account(id, remaining + amount, refill, nextRefill, epoch, now, version + 1);
  }

  /** Some is leased to a node of the service. */
  Account minus(long leased) {
    return new Account(id, remaining - leased, refill, nextRefill, epoch, updateTime, version);
  }

  /** What a caller must name to change exactly this version. */
  public String etag() {
    return Long.toString(version);
  }
}
