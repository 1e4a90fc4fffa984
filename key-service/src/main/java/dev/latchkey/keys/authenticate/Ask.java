package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Demand;
import dev.latchkey.kit.limits.RateLimit;

/**
 * One request to decide on a credential.
 *
 * @param limit the name of the limits to draw from
 * @param cost what is taken from them, and from the credits
 */
record Ask(Demand demand, String limit, long cost) {
  /** Nothing but a good key, at the usual cost. */
  static final Ask NOTHING = new Ask(Demand.NOTHING, RateLimit.DATA, 1);
}
