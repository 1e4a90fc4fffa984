package dev.latchkey.keys.decision;

import java.util.Optional;

/**
 * Decides on a known key. The order is a contract: the key's state and times, tenancy, plan,
 * scopes; the first check that fails answers. Stateless; safe for use by many threads.
 */
public final class Decider {
  private Decider() {}

  /**
   * Decides.
   *
   * @param now milliseconds since the epoch
   */
  public static Decision decide(KnownKey key, ScopeRequirement required, long now) {
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
      case PENDING -> {
        return Decision.denied(DenialReason.NOT_YET_VALID, key);
      }
      case ACTIVE -> {}
    }
    Tenant tenant = key.tenant().current();
    switch (tenant.standingAt(now)) {
      case DELETED -> {
        return Decision.denied(DenialReason.TENANT_DELETED, key);
      }
      case SUSPENDED -> {
        return Decision.denied(DenialReason.TENANT_SUSPENDED, key);
      }
      case ACTIVE -> {}
    }
    if (!tenant.apiAccess()) {
      return Decision.denied(DenialReason.API_ACCESS_DENIED, key);
    }
    if (!required.isMetBy(key.scopes())) {
      return new Decision.Denied(
          DenialReason.INSUFFICIENT_SCOPE,
          Optional.of(key.id()),
          required.missingFrom(key.scopes()));
    }
    return new Decision.Allowed(key, tenant);
  }
}
