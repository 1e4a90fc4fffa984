package dev.latchkey.keys.decision;

import dev.latchkey.keys.resource.Resource;
import dev.latchkey.kit.net.Address;
import org.jspecify.annotations.Nullable;

/** What a request asks of a key. */
public interface Demand {
  /** What the key must cover. */
  ScopeRequirement scopes();

  /** What the request is about; null for nothing that keys are limited to. */
  @Nullable Resource resource();

  /**
   * Where the request comes from; null where that is not known. Asked for only where it matters.
   */
  @Nullable Address client();
}
