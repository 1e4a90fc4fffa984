package dev.latchkey.tenancy.policy;

import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.ScopeTexts;
import dev.latchkey.kit.validation.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the fields of a key policy. The limits are those that project.proto states. */
public final class KeyPolicyFields {
  private static final int MOST_SCOPES = 500;
  private static final int MOST_ROLES = 100;
  private static final int LONGEST_DESCRIPTION = 500;

  private KeyPolicyFields() {}

  /** The scopes there are. */
  public static ScopeCatalogue catalogue(
      Fields in, dev.latchkey.proto.tenancy.v1.ScopeCatalogue given) {
    String field = KeyPolicy.CATALOGUE_FIELD + ".scopes";
    List<ScopeCatalogue.Scope> scopes = new ArrayList<>();
    if (given.getScopesCount() > MOST_SCOPES) {
      in.refuse(field, given.getScopesCount() + " scopes", "at most " + MOST_SCOPES);
      return new ScopeCatalogue(scopes);
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < given.getScopesCount(); i++) {
      String path = "%s[%d]".formatted(field, i);
      dev.latchkey.proto.tenancy.v1.Scope scope = given.getScopes(i);
      String name = ScopeTexts.named(in, path + ".name", scope.getName());
      requireNew(in, path, name, names);
      scopes.add(
          new ScopeCatalogue.Scope(
              name,
              description(in, path, scope.getDescription()),
              Role.of(in.known(path + ".minimum_role", scope.getMinimumRole()))
                  .orElse(Role.MEMBER)));
    }
    return new ScopeCatalogue(scopes);
  }

  /** The roles, with their scopes as given. */
  public static List<KeyRole> roles(Fields in, List<dev.latchkey.proto.tenancy.v1.KeyRole> given) {
    if (given.size() > MOST_ROLES) {
      in.refuse(KeyPolicy.ROLES_FIELD, given.size() + " roles", "at most " + MOST_ROLES);
      return List.of();
    }
    List<KeyRole> roles = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < given.size(); i++) {
      String path = "%s[%d]".formatted(KeyPolicy.ROLES_FIELD, i);
      dev.latchkey.proto.tenancy.v1.KeyRole role = given.get(i);
      String name = in.name(path + ".name", role.getName());
      requireNew(in, path, name, names);
      roles.add(
          new KeyRole(
              name,
              description(in, path, role.getDescription()),
              ScopeTexts.grantedOfTenants(in, path + ".scopes", role.getScopesList())));
    }
    return roles;
  }

  /** What becomes of leaked keys; they are revoked where it is unspecified. */
  public static LeakPolicy leakPolicy(Fields in, dev.latchkey.proto.tenancy.v1.LeakPolicy given) {
    return KeyPolicyMessages.ofMessage(in.known("leak_policy", given));
  }

  private static String description(Fields in, String path, String given) {
    return in.optionalText(path + ".description", given, LONGEST_DESCRIPTION);
  }

  /** An empty name was refused before, and is not refused again as a repeat. */
  private static void requireNew(Fields in, String path, String name, Set<String> names) {
    if (!names.add(name) && !name.isEmpty()) {
      in.refuse(path + ".name", Fields.echo(name) + " twice", "each name once");
    }
  }
}
