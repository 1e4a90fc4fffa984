package dev.latchkey.keys.tenancy;

/**
 * How far a copy of the tenancy has come.
 *
 * @param generation how often the copy was made anew because the revisions had fallen back;
 *     revisions of different generations cannot be compared
 * @param revision everything up to it is there
 */
record CopyPosition(long generation, long revision) {
  /** Whether what stands here can be continued by what comes after {@code since}. */
  boolean continues(CopyPosition since) {
    return generation == since.generation && revision >= since.revision;
  }
}
