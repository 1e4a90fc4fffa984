package dev.latchkey.tenancy.node;

import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.tenancy.policy.KeyPolicy;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What of a node can be changed.
 *
 * @param displayName 1 to 200 characters
 * @param keyFormat null where it is inherited
 * @param planId the plan of an organization, null at other levels and for the default plan of an
 *     organization yet to be made
 * @param expireTime when an environment ends, to the millisecond; null for no end and at other
 *     levels
 * @param allowedNetworks where clients may use keys from, at the node and below
 * @param rateLimits limits on the rate of calls for keys at the node and below
 * @param keyPolicy what a project says of its keys; {@link KeyPolicy#NONE} at other levels
 */
public record Settings(
    String displayName,
    @Nullable KeyFormat keyFormat,
    @Nullable UUID planId,
    @Nullable Instant expireTime,
    AllowedNetworks allowedNetworks,
    List<RateLimit> rateLimits,
    KeyPolicy keyPolicy) {

  public Settings {
    rateLimits = List.copyOf(rateLimits);
  }

  Settings withPlan(UUID plan) {
    return new Settings(
        displayName, keyFormat, plan, expireTime, allowedNetworks, rateLimits, keyPolicy);
  }

  Settings withKeyPolicy(KeyPolicy policy) {
    return new Settings(
        displayName, keyFormat, planId, expireTime, allowedNetworks, rateLimits, policy);
  }
}
