package dev.latchkey.tenancy.policy;

import java.util.List;
import java.util.TreeSet;

/**
 * A named set of scopes for keys that change together.
 *
 * @param name unique in its project
 * @param scopes none of Latchkey's own; may have wildcards
 */
public record KeyRole(String name, String description, List<String> scopes) {
  public KeyRole {
    scopes = List.copyOf(scopes);
  }

  /** The same with its scopes sorted and without repeats. */
  KeyRole normalized() {
    return new KeyRole(name, description, List.copyOf(new TreeSet<>(scopes)));
  }
}
