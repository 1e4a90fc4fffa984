package dev.latchkey.kit.access;

import dev.latchkey.kit.errors.ApiException;
import java.util.Optional;

/** What comes of a management call's key and of the limit its calls draw from. */
public sealed interface Admission {
  /**
   * The key is good, and the limit had room.
   *
   * @param headers what the caller reads of the limit; empty where nothing limits it
   */
  record Admitted(Caller caller, Optional<RateLimitHeaders> headers) implements Admission {}

  /** The key is good, and its limit is used up. */
  record RateLimited(ApiException refusal, RateLimitHeaders headers) implements Admission {}
}
