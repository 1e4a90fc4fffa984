package dev.latchkey.keys.decision;

import java.util.UUID;

/**
 * A key as decisions know it: everything but its secret, its hash and what only people read of it.
 * These never change. An interface, so that what is in memory of a key is one object.
 */
public interface KnownKey {
  /** What it is called by in answers and records. */
  UUID id();

  /** When it may be used. */
  Validity validity();

  /** On what terms. */
  KeyTerms terms();
}
