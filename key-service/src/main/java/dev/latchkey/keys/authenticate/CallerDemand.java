package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Demand;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.keys.resource.Resource;
import dev.latchkey.kit.net.FixedAddress;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a call to this service asks of its caller's own key. Immutable.
 *
 * @param peer where the call comes from; null where that is not known
 */
record CallerDemand(ScopeRequirement scopes, @Nullable InetAddress peer) implements Demand {
  @Override
  public @Nullable Resource resource() {
    return null;
  }

  /** Made of the peer's only when it is asked for: few keys of callers restrict their networks. */
  @Override
  public @Nullable FixedAddress client() {
    return FixedAddress.ofNullable(peer);
  }
}
