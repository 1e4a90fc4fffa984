package dev.latchkey.keys;

import dev.latchkey.keys.authenticate.TrustSettings;
import dev.latchkey.keys.feed.FeedSettings;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.limits.RedisSettings;
import dev.latchkey.keys.standby.StandbySettings;
import dev.latchkey.keys.usage.UsageSettings;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.runtime.CommonSettings;
import dev.latchkey.kit.runtime.Listener;
import dev.latchkey.kit.runtime.ServerSettings;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What can be configured of the key-service. {@code docs/configuration.md} has the same table, and
 * a test holds the two together.
 *
 * @param tenantService {@code host:port} of each node of tenant-service, divided by commas
 * @param secretsDir where the keys of the platform are written or found
 * @param operatorKeyHash the hash of an operator's key made elsewhere
 * @param cachedKeys how many keys are kept in memory at most
 * @param trust how long a node goes by what it has in memory
 * @param usage how usage is counted and kept
 * @param feed how nodes learn of each other's changes
 * @param redis where nodes count rate limits together
 * @param standby where keys may be looked up beside the primary
 * @param server how connections are protected and bounded
 */
public record KeyServiceSettings(
    Listener grpc,
    Listener operations,
    DatabaseSettings database,
    String tenantService,
    Path secretsDir,
    Optional<KeyHash> operatorKeyHash,
    int cachedKeys,
    TrustSettings trust,
    UsageSettings usage,
    FeedSettings feed,
    RedisSettings redis,
    StandbySettings standby,
    ServerSettings server) {
  private static final Setting PORT =
      new Setting("LATCHKEY_KEY_SERVICE_PORT", "9090", "Port of the gRPC server.");
  private static final Setting OPERATIONS_PORT =
      new Setting(
          "LATCHKEY_KEY_SERVICE_OPERATIONS_PORT", "9190", "Port for health and metrics (HTTP).");
  private static final Setting TENANT_SERVICE =
      new Setting(
          "LATCHKEY_TENANT_SERVICE",
          "127.0.0.1:9091",
          "Where tenant-service is: `host:port`, several nodes by commas; a name with several"
              + " addresses counts as so many nodes.");
  private static final Setting OPERATOR_KEY_SHA256 =
      new Setting(
          "LATCHKEY_OPERATOR_KEY_SHA256",
          null,
          "SHA-256 (64 hexadecimal digits) of the operator's key. Set: this key is the operator's,"
              + " and none is made at first start.");
  private static final Setting CACHED_KEYS =
      new Setting(
          "LATCHKEY_CACHED_KEYS", "1000000", "Keys kept in memory at most, 1000 to 100000000.");
  private static final DatabaseSettings.Names DATABASE =
      new DatabaseSettings.Names("LATCHKEY_KEYS", "keys");

  /** All settings, in the order of the table. */
  public static final List<Setting> ALL =
      Stream.of(
              Stream.of(
                  CommonSettings.HOST,
                  PORT,
                  OPERATIONS_PORT,
                  TENANT_SERVICE,
                  CommonSettings.SECRETS_DIR,
                  OPERATOR_KEY_SHA256,
                  CACHED_KEYS,
                  CommonSettings.DRAIN_DELAY,
                  CommonSettings.CONFIG),
              TrustSettings.ALL.stream(),
              UsageSettings.ALL.stream(),
              FeedSettings.ALL.stream(),
              RedisSettings.ALL.stream(),
              ServerSettings.ALL.stream(),
              DATABASE.all().stream(),
              StandbySettings.ALL.stream())
          .flatMap(Function.identity())
          .toList();

  /** Reads the settings; throws with every mistake there is. */
  public static KeyServiceSettings read(Map<String, String> environment) {
    SettingsReader in = SettingsReader.open(environment, ALL);
    KeyServiceSettings settings =
        new KeyServiceSettings(
            Listener.read(in, PORT),
            Listener.read(in, OPERATIONS_PORT),
            DATABASE.read(in),
            in.targets(TENANT_SERVICE),
            in.path(CommonSettings.SECRETS_DIR),
            operatorKeyHash(in),
            in.integer(CACHED_KEYS, 1_000, 100_000_000),
            TrustSettings.read(in),
            UsageSettings.read(in),
            FeedSettings.read(in),
            RedisSettings.read(in),
            StandbySettings.read(in),
            ServerSettings.read(in));
    in.check();
    return settings;
  }

  private static Optional<KeyHash> operatorKeyHash(SettingsReader in) {
    Optional<String> digits = in.optionalText(OPERATOR_KEY_SHA256);
    if (digits.isPresent() && !digits.get().matches("[0-9a-fA-F]{64}")) {
      in.refuse(OPERATOR_KEY_SHA256, "expected: 64 hexadecimal digits");
      return Optional.empty();
    }
    return digits.map(KeyHash::ofHex);
  }
}
