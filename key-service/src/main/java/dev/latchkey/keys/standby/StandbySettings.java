package dev.latchkey.keys.standby;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.util.List;
import java.util.Optional;

/**
 * Where keys may be looked up beside the primary.
 *
 * @param url the JDBC URL of a standby; empty for none
 */
public record StandbySettings(Optional<String> url) {
  private static final Setting URL =
      new Setting(
          "LATCHKEY_KEYS_READ_DATABASE_URL",
          null,
          "JDBC URL of a streaming standby of the same database, for look-ups of keys that are not"
              + " in memory.");

  /** All settings, in the order of the table. */
  public static final List<Setting> ALL = List.of(URL);

  /** Reads the settings. */
  public static StandbySettings read(SettingsReader in) {
    Optional<String> url = in.optionalText(URL);
    if (url.isPresent() && !url.get().startsWith("jdbc:postgresql:")) {
      in.refuse(URL, "expected: jdbc:postgresql://host:port/database");
    }
    return new StandbySettings(url);
  }
}
