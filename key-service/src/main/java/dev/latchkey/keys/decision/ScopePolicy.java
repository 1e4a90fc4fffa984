package dev.latchkey.keys.decision;

import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a project says of the scopes of its keys: which there are, whose keys may hold them, and
 * which named sets of them there are. Immutable; Latchkey's own scopes are no matter of it.
 *
 * @param catalogue the scopes there are, each with the least role whose members' keys hold it; null
 *     for any scope
 * @param roles the scopes of each key role, by its name
 */
public record ScopePolicy(@Nullable Map<String, Role> catalogue, Map<String, List<String>> roles) {
  /** Where there is no project, or one that says nothing. */
  public static final ScopePolicy NONE = new ScopePolicy(null, Map.of());

  /** The least role of scopes for which no other is named. */
  public static final Role DEFAULT_MINIMUM = Role.MEMBER;

  public ScopePolicy {
    catalogue = catalogue == null ? null : Map.copyOf(catalogue);
    Map<String, List<String>> copy = new HashMap<>();
    roles.forEach(
        (name, scopes) ->
            copy.put(name, scopes.stream().filter(scope -> !Scopes.isReserved(scope)).toList()));
    roles = Map.copyOf(copy);
  }

  /** The scopes of a key role; empty if the project has no such role. */
  public Optional<List<String>> role(String name) {
    return Optional.ofNullable(roles.get(name));
  }

  /**
   * Whether a key may hold a scope here.
   *
   * @param owner the role of the key's owner; null for a key without one
   */
  public boolean admits(String scope, @Nullable Role owner) {
    if (catalogue == null) {
      return includes(owner, DEFAULT_MINIMUM);
    }
    Role minimum = catalogue.get(scope);
    return minimum != null && includes(owner, minimum);
  }

  /** Whether a granted scope, which may be a wildcard, covers anything a key may hold here. */
  public boolean admitsSomeOf(String granted, @Nullable Role owner) {
    return (catalogue == null || !Scopes.isWildcard(granted))
        ? admits(granted, owner)
        : !admittedOf(granted, owner).isEmpty();
  }

  /**
   * The scopes of the catalogue that a granted scope covers and a key may hold; none where there is
   * no catalogue.
   */
  public List<String> admittedOf(String granted, @Nullable Role owner) {
    if (catalogue == null) {
      return List.of();
    }
    List<String> one = List.of(granted);
    return catalogue.entrySet().stream()
        .filter(entry -> includes(owner, entry.getValue()))
        .map(Map.Entry::getKey)
        .filter(scope -> Scopes.cover(one, scope))
        .sorted()
        .toList();
  }

  private static boolean includes(@Nullable Role owner, Role minimum) {
    return owner == null || owner.includes(minimum);
  }
}
