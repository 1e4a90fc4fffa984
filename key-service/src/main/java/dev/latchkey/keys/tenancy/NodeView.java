package dev.latchkey.keys.tenancy;

import dev.latchkey.keys.decision.ScopePolicy;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One node of the tenancy with its own settings, as of one revision. Immutable.
 *
 * @param lineage the ids from the organization down to the node itself
 * @param standing its own state, apart from those above
 * @param keyFormat the format set here, if any
 * @param planId the organization's plan; empty below
 * @param expireMillis the first millisecond after an environment's life; {@link Long#MAX_VALUE} for
 *     none
 * @param scopes what a project says of its keys' scopes; {@link ScopePolicy#NONE} elsewhere
 * @param allowedNetworks where clients may use keys from, at the node and below
 * @param rateLimits the limits on the rate of calls that are set here
 * @param revision the change that made it so
 */
record NodeView(
    UUID id,
    Level level,
    List<UUID> lineage,
    String slug,
    String displayName,
    Tenant.Standing standing,
    Optional<KeyFormat> keyFormat,
    Optional<UUID> planId,
    long expireMillis,
    ScopePolicy scopes,
    AllowedNetworks allowedNetworks,
    List<RateLimit> rateLimits,
    long revision) {
  NodeView {
    lineage = List.copyOf(lineage);
    rateLimits = List.copyOf(rateLimits);
  }

  Tenant.Node toTenantNode() {
    return new Tenant.Node(id, slug, displayName);
  }

  /** This node, of which tenant-service knows nothing any more. */
  NodeView lost() {
    return new NodeView(
        id,
        level,
        lineage,
        slug,
        displayName,
        Tenant.Standing.DELETED,
        keyFormat,
        planId,
        expireMillis,
        scopes,
        allowedNetworks,
        rateLimits,
        0);
  }
}
