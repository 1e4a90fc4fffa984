package dev.latchkey.keys.authenticate;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;

/**
 * How long a node goes by what it has in memory.
 *
 * @param window how long without hearing from the log of keys
 * @param grace how long beyond that while the database cannot be asked either
 */
public record TrustSettings(Duration window, Duration grace) {
  private static final Setting WINDOW =
      new Setting(
          "LATCHKEY_TRUST_WINDOW",
          "5s",
          "How long a node that does not hear from the log of keys goes by its memory, 1s to 60s;"
              + " beyond it keys are read from the database.");
  private static final Setting GRACE =
      new Setting(
          "LATCHKEY_GRACE",
          "60s",
          "How long beyond the trust window keys in memory are answered while the database cannot"
              + " be asked, 0s to 1h; beyond it no decision is made.");

  /** All settings, in the order of the table. */
  public static final List<Setting> ALL = List.of(WINDOW, GRACE);

  /** Reads the settings. */
  public static TrustSettings read(SettingsReader in) {
    return new TrustSettings(
        in.duration(WINDOW, Duration.ofSeconds(1), Duration.ofSeconds(60)),
        in.duration(GRACE, Duration.ZERO, Duration.ofHours(1)));
  }
}
