package dev.latchkey.keys.credits;

import java.util.Optional;

/** What a caller asks an account to be. */
public record CreditDraft(long remaining, Optional<Refill> refill) {
  /** The most that an account may hold, and that may be added at once. */
  public static final long LARGEST = 1_000_000_000_000L;
}
