package dev.latchkey.keys.limits;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What can be configured of limits that nodes share.
 *
 * @param address where they are counted; empty: each node counts on its own
 * @param timeout how long a call may wait for Redis
 */
public record RedisSettings(Optional<RedisAddress> address, Duration timeout) {
  private static final Setting URL =
      new Setting(
          "LATCHKEY_REDIS_URL",
          null,
          "Redis, through which all nodes count rate limits together: `redis://host:6379`,"
              + " `rediss://…` (TLS), `redis-sentinel://host:26379,host:26379#master`, or several"
              + " `redis://` of a Cluster, by commas; with `user:password@` where it asks for them."
              + " Not set: each node counts on its own. With TLS the server must show a certificate of"
              + " `LATCHKEY_TLS_CA`, or of a CA of the JVM's where that is not set, and is shown"
              + " `LATCHKEY_TLS_CERTIFICATE` where it asks.");
  private static final Setting TIMEOUT =
      new Setting(
          "LATCHKEY_REDIS_TIMEOUT",
          "5ms",
          "How long a call waits for Redis at most, 1ms to 100ms; beyond it the node decides by"
              + " its own count.");

  /** All settings, in the order of the table. */
  public static final List<Setting> ALL = List.of(URL, TIMEOUT);

  /** Reads the settings. */
  public static RedisSettings read(SettingsReader in) {
    return new RedisSettings(
        address(in), in.duration(TIMEOUT, Duration.ofMillis(1), Duration.ofMillis(100)));
  }

  private static Optional<RedisAddress> address(SettingsReader in) {
    try {
      return in.optionalSecret(URL).map(RedisAddress::parse);
    } catch (IllegalArgumentException e) {
      in.refuse(URL, e.getMessage() + " (expected: " + RedisAddress.FORMS + ")");
      return Optional.empty();
    }
  }
}
