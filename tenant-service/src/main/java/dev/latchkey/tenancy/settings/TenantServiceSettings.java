package dev.latchkey.tenancy.settings;

import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.runtime.CommonSettings;
import dev.latchkey.kit.runtime.Listener;
import dev.latchkey.kit.runtime.ServerSettings;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The settings of the tenant service.
 *
 * @param grpc where the gRPC server listens
 * @param operations where health and metrics are served
 * @param database where the tenancy is kept
 * @param serviceKey the file with the key this service shows to the key service
 * @param keyService {@code host:port} of the key service, which tells who a caller is
 * @param expirySweepInterval how long to wait between two looks for expired environments
 * @param changeRetention how long changes are kept for those who follow them
 * @param server how connections are protected and bounded
 */
public record TenantServiceSettings(
    Listener grpc,
    Listener operations,
    DatabaseSettings database,
    Path serviceKey,
    String keyService,
    Duration expirySweepInterval,
    Duration changeRetention,
    ServerSettings server) {

  private static final Setting PORT =
      new Setting("LATCHKEY_TENANT_SERVICE_PORT", "9091", "Port of the gRPC server; 0 for any.");

  private static final Setting OPERATIONS_PORT =
      new Setting(
          "LATCHKEY_TENANT_SERVICE_OPERATIONS_PORT",
          "9191",
          "Port of health and metrics (HTTP); 0 for any.");

  private static final Setting KEY_SERVICE =
      new Setting(
          "LATCHKEY_KEY_SERVICE",
          "127.0.0.1:9090",
          "Where key-service is: `host:port`, several nodes by commas; a name with several"
              + " addresses counts as so many nodes.");

  private static final Setting EXPIRY_SWEEP_INTERVAL =
      new Setting(
          "LATCHKEY_EXPIRY_SWEEP_INTERVAL",
          "1m",
          "How often expired environments are marked deleted, 100ms to 1h; what a caller may do"
              + " with them does not wait for it.");

  private static final Setting CHANGE_RETENTION =
      new Setting(
          "LATCHKEY_CHANGE_RETENTION",
          "24h",
          "How long changes of the tenancy are kept for those who follow them, 1m to 90d; who was"
              + " away for longer takes a snapshot.");

  private static final DatabaseSettings.Names DATABASE =
      new DatabaseSettings.Names("LATCHKEY_TENANCY", "tenancy");

  /** Every setting, in the order of the configuration table. */
  public static final List<Setting> ALL =
      Stream.of(
              Stream.of(
                  CommonSettings.HOST,
                  PORT,
                  OPERATIONS_PORT,
                  KEY_SERVICE,
                  EXPIRY_SWEEP_INTERVAL,
                  CHANGE_RETENTION,
                  CommonSettings.DRAIN_DELAY,
                  CommonSettings.SECRETS_DIR,
                  CommonSettings.CONFIG),
              ServerSettings.ALL.stream(),
              DATABASE.all().stream())
          .flatMap(Function.identity())
          .toList();

  /**
   * Reads the settings.
   *
   * @throws dev.latchkey.kit.settings.SettingsException with every mistake, if there is one
   */
  public static TenantServiceSettings read(Map<String, String> environment) {
    SettingsReader in = SettingsReader.open(environment, ALL);
    TenantServiceSettings settings =
        new TenantServiceSettings(
            Listener.read(in, PORT),
            Listener.read(in, OPERATIONS_PORT),
            DATABASE.read(in),
            in.path(CommonSettings.SECRETS_DIR).resolve("tenant-service.key"),
            in.targets(KEY_SERVICE),
            in.duration(EXPIRY_SWEEP_INTERVAL, Duration.ofMillis(100), Duration.ofHours(1)),
            in.duration(CHANGE_RETENTION, Duration.ofMinutes(1), Duration.ofDays(90)),
            ServerSettings.read(in));
    in.check();
    return settings;
  }
}
