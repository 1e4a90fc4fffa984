package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.limits.RateLimit;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A plan as of one revision. Immutable.
 *
 * @param keyCeiling how many live keys an organization may have; empty for any number
 * @param rateLimits the limits where nothing nearer sets one
 */
record PlanView(
    UUID id,
    boolean apiAccess,
    OptionalLong keyCeiling,
    List<RateLimit> rateLimits,
    long revision) {
  PlanView {
    rateLimits = List.copyOf(rateLimits);
  }
}
