package dev.latchkey.kit.runtime;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.time.Duration;

/** The settings that every service has. */
public final class CommonSettings {
  public static final Setting HOST =
      new Setting("LATCHKEY_HOST", "127.0.0.1", "Address to listen on.");

  public static final Setting SECRETS_DIR =
      new Setting(
          "LATCHKEY_SECRETS_DIR",
          ".latchkey/secrets",
          "Folder with the services' own keys, one file `<service>.key` each.");

  public static final Setting DRAIN_DELAY =
      new Setting(
          "LATCHKEY_DRAIN_DELAY",
          "0s",
          "How long to go on taking work after SIGTERM while already telling not to be ready, 0s to"
              + " 5m: longer than a balancer that probes takes to notice. Latchkey's own clients"
              + " notice at once.");

  /** Read by {@link SettingsReader#open} itself; stands here for the configuration table. */
  public static final Setting CONFIG =
      new Setting(
          SettingsReader.FILE,
          null,
          "File with `NAME=value` lines of these settings. The environment wins over it.");

  private CommonSettings() {}

  /** Reads {@link #DRAIN_DELAY}. */
  public static Duration drainDelay(SettingsReader in) {
    return in.duration(DRAIN_DELAY, Duration.ZERO, Duration.ofMinutes(5));
  }
}
