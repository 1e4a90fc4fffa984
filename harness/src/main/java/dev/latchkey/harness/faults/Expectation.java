package dev.latchkey.harness.faults;

/**
 * What may be answered for a key. Immutable; a change is another one.
 *
 * @param answer what it is
 * @param since when it was acknowledged, by {@link System#nanoTime}
 */
record Expectation(Answer answer, long since) {
  /** The kinds of expectation. */
  enum Answer {
    ALLOW,
    DENY,
    /** A change is under way, or its outcome is not known. */
    ANY
  }
}
