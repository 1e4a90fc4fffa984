package dev.latchkey.keys.decision;

/** Where the current tenancy of a key is read. Must not wait. */
@FunctionalInterface
public interface TenantSource {
  /** The tenancy as it is now. The same object for as long as nothing of it changes. */
  Tenant current();
}
