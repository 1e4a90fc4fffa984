package dev.latchkey.keys.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a key may be used: its switch, and its times. Times are compared with the clock at every
 * decision, whatever is cached. All in milliseconds since the epoch.
 *
 * @param stored how the switch stands
 * @param ownerInactive whether its owner lost the role that covered its node, and nobody enabled it
 *     since
 * @param notBefore the first millisecond of its use
 * @param end the first millisecond after its use: the earlier of its expiry and the end of its
 *     rotation's grace; {@link Long#MAX_VALUE} for none
 */
public record Validity(Switch stored, boolean ownerInactive, long notBefore, long end) {
  /** That of nearly every key, as one object: decisions on different keys look at the same. */
  private static final Validity ALWAYS =
      new Validity(Switch.ACTIVE, false, Long.MIN_VALUE, Long.MAX_VALUE);

  /** What management calls set, apart from any time. */
  public enum Switch {
    ACTIVE,
    DISABLED,
    REVOKED
  }

  /** From the times as they are stored; null means unset. */
  public static Validity of(
      Switch stored,
      boolean ownerInactive,
      @Nullable Instant notBefore,
      @Nullable Instant expireTime,
      @Nullable Instant retireTime) {
    Validity validity =
        new Validity(
            stored,
            ownerInactive,
            notBefore == null ? Long.MIN_VALUE : notBefore.toEpochMilli(),
            Math.min(endOf(expireTime), endOf(retireTime)));
    return validity.equals(ALWAYS) ? ALWAYS : validity;
  }

  private static long endOf(@Nullable Instant time) {
    return time == null ? Long.MAX_VALUE : time.toEpochMilli();
  }

  /** The state at a moment; the strongest obstacle wins. */
  public KeyState at(long now) {
    if (stored == Switch.REVOKED) {
      return KeyState.REVOKED;
    }
    if (now >= end) {
      return KeyState.EXPIRED;
    }
    if (stored == Switch.DISABLED) {
      return KeyState.DISABLED;
    }
    if (ownerInactive) {
      return KeyState.OWNER_INACTIVE;
    }
    return now < notBefore ? KeyState.PENDING : KeyState.ACTIVE;
  }
}
