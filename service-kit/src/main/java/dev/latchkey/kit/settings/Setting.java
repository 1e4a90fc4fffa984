package dev.latchkey.kit.settings;

import org.jspecify.annotations.Nullable;

/**
 * One thing that can be configured.
 *
 * @param name the environment variable, and the name in the configuration file
 * @param defaultValue what holds when it is not set; null where that means "none"
 * @param meaning what it does, with unit and range, for the configuration table
 */
public record Setting(String name, @Nullable String defaultValue, String meaning) {
  /** The row of the configuration table in {@code docs/configuration.md}. */
  public String tableRow() {
    return "| `%s` | %s | %s |"
        .formatted(name, defaultValue == null ? "–" : "`" + defaultValue + "`", meaning);
  }
}
