package dev.latchkey.keys.usage;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;

/**
 * What can be configured of usage.
 *
 * @param flushInterval how often counts are written, a minute apart at most where many keys are in
 *     use: what a crash loses
 * @param minutes how long counts by minute are kept
 * @param hours how long counts by hour are kept
 * @param days how long counts by day, and client addresses, are kept
 */
public record UsageSettings(
    Duration flushInterval, Duration minutes, Duration hours, Duration days) {
  private static final Setting FLUSH_INTERVAL =
      new Setting(
          "LATCHKEY_USAGE_FLUSH_INTERVAL",
          "10s",
          "How often counts of usage are written, 100ms to 60s; less often, a minute apart at most,"
              + " where more than 1,000 keys are in use. A crash loses what was counted since.");
  private static final Setting MINUTE_DAYS =
      new Setting(
          "LATCHKEY_USAGE_MINUTE_DAYS", "7", "Days that usage by minute is kept, 1 to 400.");
  private static final Setting HOUR_DAYS =
      new Setting("LATCHKEY_USAGE_HOUR_DAYS", "90", "Days that usage by hour is kept, 1 to 4000.");
  private static final Setting DAY_DAYS =
      new Setting(
          "LATCHKEY_USAGE_DAY_DAYS",
          "800",
          "Days that usage by day and client addresses are kept, 1 to 40000.");

  /** All settings, in the order of the table. */
  public static final List<Setting> ALL = List.of(FLUSH_INTERVAL, MINUTE_DAYS, HOUR_DAYS, DAY_DAYS);

  /** Reads the settings. */
  public static UsageSettings read(SettingsReader in) {
    return new UsageSettings(
        in.duration(FLUSH_INTERVAL, Duration.ofMillis(100), Duration.ofSeconds(60)),
        Duration.ofDays(in.integer(MINUTE_DAYS, 1, 400)),
        Duration.ofDays(in.integer(HOUR_DAYS, 1, 4_000)),
        Duration.ofDays(in.integer(DAY_DAYS, 1, 40_000)));
  }

  /** How long counts of a step are kept. */
  Duration kept(BucketSize size) {
    return switch (size) {
      case MINUTE -> minutes;
      case HOUR -> hours;
      case DAY -> days;
    };
  }
}
