package dev.latchkey.keys.decision;

import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * On what terms a key may be used, and what tells its kind from others: what the keys of an
 * environment mostly have in common. Equal ones are one object in memory, so that a key costs
 * little there and a decision mostly looks at what the one before looked at. Immutable.
 *
 * @param nodeId the tenancy node it is bound to; empty for a key of the platform
 * @param prefix the visible start of its text
 * @param roles the names of its key roles
 * @param allowedNetworks where clients may use it from, as far as the key itself says
 * @param resources what it may be used for
 * @param rateLimits its own limits on the rate of calls
 * @param rights where its tenancy, its owner and what it may do are read
 */
public record KeyTerms(
    Optional<UUID> nodeId,
    Mode mode,
    String prefix,
    List<String> roles,
    AllowedNetworks allowedNetworks,
    ResourceGrants resources,
    List<RateLimit> rateLimits,
    RightsSource rights) {
  public KeyTerms {
    roles = List.copyOf(roles);
    rateLimits = List.copyOf(rateLimits);
  }
}
