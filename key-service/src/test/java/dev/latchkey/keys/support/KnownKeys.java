package dev.latchkey.keys.support;

import dev.latchkey.keys.decision.KeyTerms;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.PlainKey;
import dev.latchkey.keys.decision.RightsSource;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keys that are good for everything, for tests that need one and decide nothing on it. */
public final class KnownKeys {
  private KnownKeys() {}

  /** A key with limits of its own. */
  public static KnownKey of(UUID id, Tenant tenant, List<RateLimit> limits) {
    return new PlainKey(
        id,
        new Validity(Validity.Switch.ACTIVE, false, Long.MIN_VALUE, Long.MAX_VALUE),
        new KeyTerms(
            Optional.empty(),
            Mode.LIVE,
            "mk_",
            List.of(),
            AllowedNetworks.ALL,
            ResourceGrants.ALL,
            limits,
            new RightsSource(List.of(), List.of(), () -> tenant, null)));
  }
}
