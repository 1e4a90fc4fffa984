package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.hashing.KeyHash;
import java.util.concurrent.CompletableFuture;

/** How far a decision has come: to its {@link Answer}, or not so far. */
sealed interface Step permits Answer, Step.Waiting, Step.Later {
  /**
   * It needs something of the database first, and is then made anew from the start: nothing was
   * taken, and the key may have changed meanwhile.
   *
   * @param ready completed once there is a point in it
   * @param key that it is about
   */
  record Waiting(CompletableFuture<Void> ready, KeyHash key) implements Step {}

  /** It goes on from here once the limits have answered. */
  record Later(CompletableFuture<Step> step) implements Step {}
}
