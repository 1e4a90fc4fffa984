package dev.latchkey.keys.limits;

import java.util.UUID;

/**
 * What a limit is counted by.
 *
 * @param id the key, the node it is set on, or the organization whose plan has it
 * @param name the limit's name
 */
record CounterId(Scope scope, UUID id, String name) {
  /** Whose calls are counted together. */
  enum Scope {
    /** Those of one key. */
    KEY,
    /** Those of all keys below a node. */
    NODE,
    /** Those of all keys of one organization, for a shared limit of its plan. */
    PLAN
  }
}
