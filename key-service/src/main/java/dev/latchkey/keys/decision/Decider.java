package dev.latchkey.keys.decision;

import dev.latchkey.kit.net.Address;
import java.util.Optional;

/**
 * Decides on a known key. The order is a contract: the key's state and times, tenancy, owner, plan,
 * client network, scopes, resource; the first check that fails answers. Stateless; safe for use by
 * many threads.
 */
public final class Decider {
  private Decider() {}

  /**
   * Decides.
   *
   * @param now milliseconds since the epoch
   */
  public static Decision decide(KnownKey key, Demand demand, long now) {
    switch (key.validity().at(now)) {
      case REVOKED -> {
        return Decision.denied(DenialReason.REVOKED, key);
      }
      case EXPIRED -> {
        return Decision.denied(DenialReason.EXPIRED, key);
      }
      case DISABLED -> {
        return Decision.denied(DenialReason.DISABLED, key);
      }
      case OWNER_INACTIVE -> {
        return Decision.denied(DenialReason.OWNER_INACTIVE, key);
      }
      case PENDING -> {
        return Decision.denied(DenialReason.NOT_YET_VALID, key);
      }
      case ACTIVE -> {}
    }
    KeyTerms terms = key.terms();
    Rights rights = terms.rights().current();
    Tenant tenant = rights.tenant();
    switch (tenant.standingAt(now)) {
      case DELETED -> {
        return Decision.denied(DenialReason.TENANT_DELETED, key);
      }
      case SUSPENDED -> {
        return Decision.denied(DenialReason.TENANT_SUSPENDED, key);
      }
      case ACTIVE -> {}
    }
    if (rights.ownerIsOut()) {
      return Decision.denied(DenialReason.OWNER_INACTIVE, key);
    }
    if (!tenant.apiAccess()) {
      return Decision.denied(DenialReason.API_ACCESS_DENIED, key);
    }
    if (!isFromAllowedNetwork(demand, terms, tenant)) {
      return Decision.denied(DenialReason.CLIENT_NETWORK_NOT_ALLOWED, key);
    }
    if (!demand.scopes().isMetBy(rights.scopes())) {
      return new Decision.Denied(
          DenialReason.INSUFFICIENT_SCOPE,
          Optional.of(key.id()),
          demand.scopes().missingFrom(rights.scopes()));
    }
    if (!terms.resources().grant(demand.resource())) {
      return Decision.denied(DenialReason.RESOURCE_NOT_GRANTED, key);
    }
    return rights;
  }

  private static boolean isFromAllowedNetwork(Demand demand, KeyTerms terms, Tenant tenant) {
    if (!terms.allowedNetworks().restricts() && !tenant.restrictsNetworks()) {
      return true;
    }
    Address client = demand.client();
    return terms.allowedNetworks().allow(client) && tenant.allows(client);
  }
}
