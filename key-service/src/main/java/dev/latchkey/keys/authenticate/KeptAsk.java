package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.keys.resource.Resource;
import dev.latchkey.kit.net.FixedAddress;
import org.jspecify.annotations.Nullable;

/** A request that does not change. Immutable. */
record KeptAsk(
    ScopeRequirement scopes,
    @Nullable Resource resource,
    @Nullable FixedAddress client,
    String limit,
    long cost,
    boolean includeFreshness)
    implements Ask {
  @Override
  public KeptAsk kept() {
    return this;
  }
}
