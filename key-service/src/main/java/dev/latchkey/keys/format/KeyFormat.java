package dev.latchkey.keys.format;

import java.util.regex.Pattern;

/**
 * What the visible start of a key's text shows.
 *
 * @param prefix 2 to 12 of {@code [a-z0-9]}, starting with a letter
 * @param showMode whether {@code live} or {@code test} is shown
 * @param showEnvironment whether the environment's slug is shown, where there is one
 */
public record KeyFormat(String prefix, boolean showMode, boolean showEnvironment) {
  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9]{1,11}");

  /** What holds where no level of the tenancy sets a format. */
  public static final KeyFormat DEFAULT = new KeyFormat("lk", true, false);

  public KeyFormat {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException("not a key prefix: " + prefix);
    }
  }
}
