package dev.latchkey.kit.access;

import dev.latchkey.proto.access.v1.AccessRule;
import java.util.Optional;

/**
 * What a user may do at a node and below it, the least first; each may do what those before may.
 */
public enum Role {
  VIEWER,
  MEMBER,
  ADMIN,
  OWNER;

  /** Whether this role may do what another may. */
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /** The higher of two. */
  public Role or(Role other) {
    return includes(other) ? this : other;
  }

  /** The least role whose members' keys may use one of Latchkey's own scopes. */
  public static Role leastFor(String scope) {
    return switch (scope) {
      case Scopes.TENANCY_READ, Scopes.KEYS_READ, Scopes.USAGE_READ -> VIEWER;
      case Scopes.KEYS_WRITE -> MEMBER;
      default -> ADMIN;
    };
  }

  /** The least role whose members' keys may make a call with this rule. */
  static Role leastFor(AccessRule rule) {
    return of(rule.getMinimumRole()).orElse(VIEWER).or(leastFor(rule.getRequiredScope()));
  }

  /** A role from the wire; empty where none is named, or one that this version does not know. */
  public static Optional<Role> of(dev.latchkey.proto.access.v1.Role role) {
    return switch (role) {
      case ROLE_VIEWER -> Optional.of(VIEWER);
      case ROLE_MEMBER -> Optional.of(MEMBER);
      case ROLE_ADMIN -> Optional.of(ADMIN);
      case ROLE_OWNER -> Optional.of(OWNER);
      case ROLE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /** The role on the wire. */
  public dev.latchkey.proto.access.v1.Role toMessage() {
    return dev.latchkey.proto.access.v1.Role.valueOf("ROLE_" + name());
  }
}
