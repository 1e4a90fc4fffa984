package dev.latchkey.tenancy.policy;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.validation.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a project says of its keys.
 *
 * @param catalogue the scopes they may have; null for any
 * @param roles with distinct names
 */
public record KeyPolicy(
    @Nullable ScopeCatalogue catalogue, List<KeyRole> roles, LeakPolicy leakPolicy) {
  /** The field of the catalogue. */
  static final String CATALOGUE_FIELD = "scope_catalogue";

  /** The field of the roles. */
  static final String ROLES_FIELD = "key_roles";

  /** That of a project that says nothing, and of nodes that are no project. */
  public static final KeyPolicy NONE = new KeyPolicy(null, List.of(), LeakPolicy.REVOKE);

  public KeyPolicy {
    roles = List.copyOf(roles);
  }

  /** The same with the scopes of its roles sorted and without repeats. */
  public KeyPolicy normalized() {
    return new KeyPolicy(catalogue, roles.stream().map(KeyRole::normalized).toList(), leakPolicy);
  }

  /**
   * Throws {@code INVALID_REQUEST} if a role names a scope of which the catalogue has nothing.
   *
   * @param rolesAreNew whether the roles are what is wrong then, and not a change of the catalogue
   *     under roles that stay
   */
  public void requireConsistent(boolean rolesAreNew) {
    if (catalogue == null) {
      return;
    }
    Set<String> names = catalogue.names();
    List<FieldViolation> violations = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      List<String> scopes = roles.get(i).scopes();
      for (int j = 0; j < scopes.size(); j++) {
        if (!ScopeCatalogue.has(names, scopes.get(j))) {
          String path = "%s[%d].scopes[%d]".formatted(ROLES_FIELD, i, j);
          violations.add(violation(rolesAreNew, path, Fields.echo(scopes.get(j))));
        }
      }
    }
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
  }

  private static FieldViolation violation(boolean rolesAreNew, String path, String scope) {
    return rolesAreNew
        ? new FieldViolation(
            path, scope + " (expected: a scope of the catalogue, or a wildcard for some of it)")
        : new FieldViolation(
            CATALOGUE_FIELD,
            "without %s (expected: something of it, for %s names it, or other key_roles with it)"
                .formatted(scope, path));
  }
}
