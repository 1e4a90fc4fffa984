package dev.latchkey.keys.decision;

import dev.latchkey.kit.limits.RateLimit;
import java.util.List;
import java.util.UUID;

/**
 * The limits on the rate of calls that are set at one place above a key.
 *
 * @param id the node; for those of a plan, the organization that has the plan
 * @param byPlan whether the organization's plan sets them, not a node
 */
public record SetLimits(UUID id, boolean byPlan, List<RateLimit> limits) {
  public SetLimits {
    limits = List.copyOf(limits);
  }
}
