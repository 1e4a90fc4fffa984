package dev.latchkey.keys.credits;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What came of drawing a cost from accounts. */
public sealed interface CreditDraw {
  /** There are no accounts. */
  CreditDraw NOTHING = new Taken(List.of());

  /**
   * Every account gave.
   *
   * @param readings how they stand now, the one with the least left first
   */
  record Taken(List<CreditReading> readings) implements CreditDraw {}

  /**
   * One has too little, and nothing was taken.
   *
   * @param readings how they stand now, the one that refused first
   * @param retryAfter until all that have too little are filled up; empty where waiting does not
   *     help
   */
  record Refused(List<CreditReading> readings, Optional<Duration> retryAfter)
      implements CreditDraw {}

  /**
   * The database must be asked, and nothing was taken. Try again then.
   *
   * @param asked done when it has answered; fails if it cannot
   */
  record Waiting(CompletableFuture<Void> asked) implements CreditDraw {}
}
