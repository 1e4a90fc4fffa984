package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.limits.RateLimit;
import java.util.List;
import java.util.UUID;

/** A plan as of one revision. Immutable. */
record PlanView(UUID id, boolean apiAccess, List<RateLimit> rateLimits, long revision) {
  PlanView {
    rateLimits = List.copyOf(rateLimits);
  }
}
