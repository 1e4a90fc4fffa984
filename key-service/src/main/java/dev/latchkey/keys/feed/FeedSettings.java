package dev.latchkey.keys.feed;

import dev.latchkey.kit.database.Hints;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;

/**
 * What can be configured of how nodes learn of each other's changes.
 *
 * @param pollInterval how often the log is read
 * @param hints whether nodes wake each other through NOTIFY
 */
public record FeedSettings(Duration pollInterval, boolean hints) {
  private static final Setting POLL_INTERVAL =
      new Setting(
          "LATCHKEY_FEED_POLL_INTERVAL",
          "50ms",
          "How often a node looks for the changes of other nodes, 10ms to 1s.");

  /** All settings, in the order of the table. */
  public static final List<Setting> ALL = List.of(POLL_INTERVAL, Hints.SETTING);

  /** Reads the settings. */
  public static FeedSettings read(SettingsReader in) {
    return new FeedSettings(
        in.duration(POLL_INTERVAL, Duration.ofMillis(10), Duration.ofSeconds(1)),
        in.flag(Hints.SETTING));
  }
}
