package dev.latchkey.keys.decision;

import dev.latchkey.keys.resource.Resource;
import dev.latchkey.kit.net.FixedAddress;
import org.jspecify.annotations.Nullable;

/** What a request asks of a key, as it was put together. Immutable. */
record PlainDemand(
    ScopeRequirement scopes, @Nullable Resource resource, @Nullable FixedAddress client)
    implements Demand {
  /** Nothing but a good key, from an address that is not known. */
  static final PlainDemand NOTHING = new PlainDemand(ScopeRequirement.NONE, null, null);
}
