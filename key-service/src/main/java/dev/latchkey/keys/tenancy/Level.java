package dev.latchkey.keys.tenancy;

import java.util.Locale;

/** The levels of the tenancy, from the top. */
public enum Level {
  PLATFORM(0),
  ORGANIZATION(1),
  PROJECT(2),
  ENVIRONMENT(3),
  WORKSPACE(4);

  private final int depth;

  Level(int depth) {
    this.depth = depth;
  }

  /** How many nodes there are from the top down to one of this level: 0 for the platform. */
  public int depth() {
    return depth;
  }

  /** How the level is called in messages. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
