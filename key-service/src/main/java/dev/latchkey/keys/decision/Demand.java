package dev.latchkey.keys.decision;

import dev.latchkey.keys.resource.Resource;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of a key.
 *
 * @param scopes what the key must cover
 * @param resource what the request is about; null for nothing that keys are limited to
 * @param client where the request comes from; null where that is not known
 */
public record Demand(
    ScopeRequirement scopes, @Nullable Resource resource, @Nullable InetAddress client) {
  /** Nothing but a good key, from an address that is not known. */
  public static final Demand NOTHING = new Demand(ScopeRequirement.NONE, null, null);
}
