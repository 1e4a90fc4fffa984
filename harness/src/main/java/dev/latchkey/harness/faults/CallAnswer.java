package dev.latchkey.harness.faults;

/** What a call of the load came back with. */
sealed interface CallAnswer {
  /** The key is good. */
  record Allowed() implements CallAnswer {}

  /** The key is not good, and why: a reason, or the code of a problem. */
  record Denied(String reason) implements CallAnswer {}

  /**
   * There was no decision.
   *
   * @param kind what it was, the same words for the same kind
   * @param elsewhere whether another node may be asked
   */
  record Failed(String kind, boolean elsewhere) implements CallAnswer {}
}
