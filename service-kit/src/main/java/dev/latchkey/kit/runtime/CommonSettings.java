package dev.latchkey.kit.runtime;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;

/** The settings that every service has. */
public final class CommonSettings {
  public static final Setting HOST =
      new Setting("LATCHKEY_HOST", "127.0.0.1", "Address to listen on.");

  public static final Setting SECRETS_DIR =
      new Setting(
          "LATCHKEY_SECRETS_DIR",
          ".latchkey/secrets",
          "Folder with the services' own keys, one file `<service>.key` each.");

  /** Read by {@link SettingsReader#open} itself; stands here for the configuration table. */
  public static final Setting CONFIG =
      new Setting(
          SettingsReader.FILE,
          null,
          "File with `NAME=value` lines of these settings. The environment wins over it.");

  private CommonSettings() {}
}
