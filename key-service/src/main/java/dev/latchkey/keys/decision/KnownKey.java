package dev.latchkey.keys.decision;

import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A key as decisions and their answers know it: everything but its secret and its hash. Immutable.
 *
 * @param nodeId the tenancy node it is bound to; empty for a key of the platform
 * @param prefix the visible start of its text
 * @param lastCharacters the end of its text
 * @param scopes granted to itself; sorted, without repeats
 * @param roles the names of its key roles
 * @param allowedNetworks where clients may use it from, as far as the key itself says
 * @param resources what it may be used for
 * @param rateLimits its own limits on the rate of calls
 * @param rights where its tenancy, its owner and what it may do are read
 */
public record KnownKey(
    UUID id,
    Optional<UUID> nodeId,
    String name,
    Mode mode,
    String prefix,
    String lastCharacters,
    List<String> scopes,
    List<String> roles,
    Map<String, String> metadata,
    Validity validity,
    AllowedNetworks allowedNetworks,
    ResourceGrants resources,
    List<RateLimit> rateLimits,
    RightsSource rights) {
  public KnownKey {
    scopes = List.copyOf(scopes);
    roles = List.copyOf(roles);
    metadata = Map.copyOf(metadata);
    rateLimits = List.copyOf(rateLimits);
  }
}
