package dev.latchkey.keys.format;

import java.util.Locale;

/** Whether a key is for test data or for the real thing (row MS1). */
public enum Mode {
  LIVE,
  TEST;

  /** How the mode stands in the text of a key. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
