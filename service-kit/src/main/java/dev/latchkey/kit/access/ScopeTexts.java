package dev.latchkey.kit.access;

import dev.latchkey.kit.validation.Fields;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the scopes that a key is granted, by itself or by a role, as texts. */
public final class ScopeTexts {
  private static final int MOST = 100;
  private static final int LONGEST = 100;
  private static final Pattern GRANTED =
      Pattern.compile("\\*|[a-z0-9_.-]{1,100}(?::[a-z0-9_.-]{1,100}){0,20}(?::\\*)?");
  private static final Pattern NAMED =
      Pattern.compile("[a-z0-9_.-]{1,100}(?::[a-z0-9_.-]{1,100}){0,20}");

  private ScopeTexts() {}

  /** Granted scopes, as given; Latchkey's own must be known ones. */
  public static List<String> granted(Fields in, String field, List<String> given) {
    return granted(in, field, given, true);
  }

  /** Granted scopes, as given; none of Latchkey's own. */
  public static List<String> grantedOfTenants(Fields in, String field, List<String> given) {
    return granted(in, field, given, false);
  }

  private static List<String> granted(
      Fields in, String field, List<String> given, boolean reserved) {
    if (given.size() > MOST) {
      in.refuse(field, given.size() + " scopes", "at most " + MOST);
      return List.of();
    }
    for (int i = 0; i < given.size(); i++) {
      String path = "%s[%d]".formatted(field, i);
      String scope = given.get(i);
      if (check(in, path, scope, GRANTED, "only as the last part")) {
        if (reserved) {
          checkKnown(in, path, scope);
        } else {
          checkNotReserved(in, path, scope);
        }
      }
    }
    return List.copyOf(given);
  }

  /** The name of one scope of a tenant's own: no wildcard. */
  public static String named(Fields in, String field, String scope) {
    if (check(in, field, scope, NAMED, "nowhere")) {
      checkNotReserved(in, field, scope);
    }
    return scope;
  }

  private static boolean check(
      Fields in, String field, String scope, Pattern shape, String whereTheStarMayBe) {
    if (scope.length() > LONGEST) {
      in.refuse(field, scope.length() + " characters", "at most " + LONGEST);
      return false;
    }
    in.matching(field, scope, shape, "parts of [a-z0-9_.-] divided by :, * " + whereTheStarMayBe);
    return true;
  }

  private static void checkKnown(Fields in, String field, String scope) {
    if (Scopes.isReserved(scope) && !Scopes.RESERVED.contains(scope)) {
      in.refuse(
          field, Fields.echo(scope), "one of " + String.join(", ", new TreeSet<>(Scopes.RESERVED)));
    }
  }

  private static void checkNotReserved(Fields in, String field, String scope) {
    if (Scopes.isReserved(scope)) {
      in.refuse(field, Fields.echo(scope), "none of Latchkey's own, which begin with latchkey.");
    }
  }
}
