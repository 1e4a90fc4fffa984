package dev.latchkey.keys.decision;

import java.util.List;
import java.util.stream.Stream;

/** What a key must cover for a request to pass. */
public interface ScopeRequirement {
  /** Nothing is required. */
  ScopeRequirement NONE = of(List.of(), List.of());

  /** One scope is required. */
  static ScopeRequirement of(String scope) {
    return of(List.of(scope), List.of());
  }

  /** All of some scopes are required, and at least one of others, if there are any. */
  static ScopeRequirement of(List<String> all, List<String> any) {
    return new ListedScopes(List.copyOf(all), List.copyOf(any));
  }

  /** It must cover every one of these. */
  List<String> all();

  /** And at least one of these, if there are any. */
  List<String> any();

  /** Whether what a key holds is enough. */
  default boolean isMetBy(EffectiveScopes held) {
    return coversAll(held) && coversAny(held);
  }

  private boolean coversAll(EffectiveScopes held) {
    List<String> all = all();
    for (int i = 0; i < all.size(); i++) {
      if (!held.hold(all.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean coversAny(EffectiveScopes held) {
    List<String> any = any();
    for (int i = 0; i < any.size(); i++) {
      if (held.hold(any.get(i))) {
        return true;
      }
    }
    return any.isEmpty();
  }

  /** What a key lacks: of {@link #all} each one, of {@link #any} all or none. */
  default List<String> missingFrom(EffectiveScopes held) {
    List<String> lacking = all().stream().filter(scope -> !held.hold(scope)).toList();
    if (coversAny(held)) {
      return lacking;
    }
    return Stream.concat(lacking.stream(), any().stream()).distinct().toList();
  }
}
