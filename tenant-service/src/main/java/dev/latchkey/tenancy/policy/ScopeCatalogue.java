package dev.latchkey.tenancy.policy;

import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The scopes there are in a project. One without any lets keys have none.
 *
 * @param scopes with distinct names
 */
public record ScopeCatalogue(List<Scope> scopes) {
  public ScopeCatalogue {
    scopes = List.copyOf(scopes);
  }

  /**
   * One thing that keys can be allowed to do.
   *
   * @param name without a wildcard, and none of Latchkey's own
   * @param minimumRole the least role whose members' keys hold it
   */
  public record Scope(String name, String description, Role minimumRole) {}

  /** The names of all. */
  Set<String> names() {
    return scopes.stream().map(Scope::name).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a granted scope covers at least one of these names. */
  static boolean has(Set<String> names, String granted) {
    List<String> one = List.of(granted);
    return names.contains(granted)
        || (granted.endsWith("*") && names.stream().anyMatch(name -> Scopes.cover(one, name)));
  }
}
