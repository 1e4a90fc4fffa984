package dev.latchkey.kit.access;

import java.util.Collection;
import java.util.Set;

/**
 * Scopes, and what it means to hold one. A granted scope that ends in {@code *} covers every scope
 * that begins with what stands before the {@code *}; scopes that begin with {@code latchkey.} are
 * covered only by their own name.
 */
public final class Scopes {
  public static final String KEYS_READ = "latchkey.keys:read";
  public static final String KEYS_WRITE = "latchkey.keys:write";
  public static final String KEYS_AUTHENTICATE = "latchkey.keys:authenticate";
  public static final String KEYS_REPORT = "latchkey.keys:report";
  public static final String TENANCY_READ = "latchkey.tenancy:read";
  public static final String TENANCY_WRITE = "latchkey.tenancy:write";
  public static final String MEMBERS_WRITE = "latchkey.members:write";
  public static final String USAGE_READ = "latchkey.usage:read";
  public static final String AUDIT_READ = "latchkey.audit:read";

  /** Every scope that opens a call of Latchkey itself. */
  public static final Set<String> RESERVED =
      Set.of(
          KEYS_READ,
          KEYS_WRITE,
          KEYS_AUTHENTICATE,
          KEYS_REPORT,
          TENANCY_READ,
          TENANCY_WRITE,
          MEMBERS_WRITE,
          USAGE_READ,
          AUDIT_READ);

  private static final String RESERVED_PREFIX = "latchkey.";

  private Scopes() {}

  /** Whether a scope is one of Latchkey's own, known or not. */
  public static boolean isReserved(String scope) {
    return scope.startsWith(RESERVED_PREFIX);
  }

  /** Whether a scope covers others than itself. */
  public static boolean isWildcard(String scope) {
    return scope.endsWith("*");
  }

  /** Whether a set of granted scopes covers one scope, which may itself be a wildcard. */
  public static boolean cover(Collection<String> granted, String scope) {
    if (granted.contains(scope)) {
      return true;
    }
    if (isReserved(scope)) {
      return false;
    }
    for (String candidate : granted) {
      int last = candidate.length() - 1;
      if (last >= 0
          && candidate.charAt(last) == '*'
          && scope.regionMatches(0, candidate, 0, last)) {
        return true;
      }
    }
    return false;
  }
}
