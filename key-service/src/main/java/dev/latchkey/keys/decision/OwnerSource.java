package dev.latchkey.keys.decision;

import dev.latchkey.kit.access.Owner;

/** Where a key's owner is read. Must not wait. */
@FunctionalInterface
public interface OwnerSource {
  /**
   * The owner as they are now; one who is deleted has no roles. The same object for as long as
   * nothing of them changes.
   */
  Owner current();
}
