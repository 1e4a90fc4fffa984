package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Demand;

/**
 * One request to decide on a credential. May be one that changes, an {@link AskReader}; {@link
 * #kept} is for whoever goes on with it later.
 */
interface Ask extends Demand {
  /** The name of the limits to draw from. */
  String limit();

  /** What is taken from them, and from the credits. */
  long cost();

  /** Whether the answer is to say how fresh it is. */
  boolean includeFreshness();

  /** The same request for good. */
  KeptAsk kept();
}
