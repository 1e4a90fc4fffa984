package dev.latchkey.keys.decision;

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

  /** Whether what a key holds is enough. */
  public boolean isMetBy(EffectiveScopes held) {
    return coversAll(held) && coversAny(held);
  }

  private boolean coversAll(EffectiveScopes held) {
    for (int i = 0; i < all.size(); i++) {
      if (!held.hold(all.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean coversAny(EffectiveScopes held) {
    for (int i = 0; i < any.size(); i++) {
      if (held.hold(any.get(i))) {
        return true;
      }
    }
    return any.isEmpty();
  }

  /** What a key lacks: of {@code all} each one, of {@code any} all or none. */
  public List<String> missingFrom(EffectiveScopes held) {
    List<String> lacking = all.stream().filter(scope -> !held.hold(scope)).toList();
    if (coversAny(held)) {
      return lacking;
    }
    return java.util.stream.Stream.concat(lacking.stream(), any.stream()).distinct().toList();
  }
}
