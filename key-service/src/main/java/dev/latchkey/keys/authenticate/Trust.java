package dev.latchkey.keys.authenticate;

/** What a node goes by when it decides on a key. {@code docs/decisions/staleness.md} says more. */
enum Trust {
  /** By its memory: it has heard of every change a moment ago. */
  TRUSTED,
  /** By the database, which it reads anew for each key. */
  READ_THROUGH,
  /** By its memory although that is old: the database cannot be asked. */
  GRACE,
  /** By nothing: its memory is too old as well. */
  LOST
}
