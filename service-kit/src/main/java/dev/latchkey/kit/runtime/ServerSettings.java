package dev.latchkey.kit.runtime;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import dev.latchkey.kit.tls.TlsSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the connections of a service with a gRPC server are protected and bounded.
 *
 * @param tls how they are protected, those of its clients too
 * @param maxConnectionAge how long a connection to its gRPC server may be used
 * @param drainDelay how long it goes on taking calls once it says that it is not ready
 */
public record ServerSettings(TlsSettings tls, Duration maxConnectionAge, Duration drainDelay) {
  private static final Setting MAX_CONNECTION_AGE =
      new Setting(
          "LATCHKEY_MAX_CONNECTION_AGE",
          "5m",
          "How long a connection to the gRPC server may be used, 10s to 24h, give or take a tenth;"
              + " calls under way then have 30 s. Clients connect anew, and so find new nodes.");

  /** All settings but {@link CommonSettings#DRAIN_DELAY}, in the order of the table. */
  public static final List<Setting> ALL =
      Stream.concat(Stream.of(MAX_CONNECTION_AGE), TlsSettings.ALL.stream()).toList();

  /** Reads the settings. */
  public static ServerSettings read(SettingsReader in) {
    return new ServerSettings(
        TlsSettings.read(in),
        in.duration(MAX_CONNECTION_AGE, Duration.ofSeconds(10), Duration.ofHours(24)),
        CommonSettings.drainDelay(in));
  }
}
