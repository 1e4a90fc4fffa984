package dev.latchkey.keys.decision;

import dev.latchkey.kit.access.Scopes;
import java.util.List;

/**
 * What a key must cover for a request to pass.
 *
 * @param all it must cover every one of these
 * @param any and at least one of these, if there are any
 */
public record ScopeRequirement(List<String> all, List<String> any) {
  /** Nothing is required. */
  public static final ScopeRequirement NONE = new ScopeRequirement(List.of(), List.of());

  /** One scope is required. */
  public static ScopeRequirement of(String scope) {
    return new ScopeRequirement(List.of(scope), List.of());
  }

  /** Whether a key's scopes are enough. */
  public boolean isMetBy(List<String> granted) {
    return coversAll(granted) && coversAny(granted);
  }

  private boolean coversAll(List<String> granted) {
    for (int i = 0; i < all.size(); i++) {
      if (!Scopes.cover(granted, all.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean coversAny(List<String> granted) {
    for (int i = 0; i < any.size(); i++) {
      if (Scopes.cover(granted, any.get(i))) {
        return true;
      }
    }
    return any.isEmpty();
  }

  /** What a key's scopes lack: of {@code all} each one, of {@code any} all or none. */
  public List<String> missingFrom(List<String> granted) {
    List<String> lacking = all.stream().filter(scope -> !Scopes.cover(granted, scope)).toList();
    if (coversAny(granted)) {
      return lacking;
    }
    return java.util.stream.Stream.concat(lacking.stream(), any.stream()).distinct().toList();
  }
}
