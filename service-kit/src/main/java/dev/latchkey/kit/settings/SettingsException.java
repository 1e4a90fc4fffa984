package dev.latchkey.kit.settings;

import java.util.List;

/** The configuration cannot be used; the message lists every mistake, one a line. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingsException(List<String> mistakes) {
    super("The configuration has mistakes:\n  " + String.join("\n  ", mistakes));
  }
}
