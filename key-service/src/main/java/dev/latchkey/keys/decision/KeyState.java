package dev.latchkey.keys.decision;

/** What stands in the way of a key at one moment, as callers see it. */
public enum KeyState {
  ACTIVE,
  DISABLED,
  OWNER_INACTIVE,
  REVOKED,
  EXPIRED,
  PENDING
}
