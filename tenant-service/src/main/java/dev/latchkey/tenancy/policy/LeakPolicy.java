package dev.latchkey.tenancy.policy;

/** What becomes of a key that is reported as leaked. */
public enum LeakPolicy {
  REVOKE,
  /** It can be enabled again. */
  DISABLE
}
