package dev.latchkey.edge;

import dev.latchkey.kit.net.Network;
import dev.latchkey.kit.runtime.CommonSettings;
import dev.latchkey.kit.runtime.Listener;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import dev.latchkey.kit.tls.IdentityFiles;
import dev.latchkey.kit.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How one edge is set up.
 *
 * @param http where the REST API is served
 * @param operations where health and metrics are served
 * @param keyService {@code host:port} of each node, divided by commas
 * @param tenantService {@code host:port} of each node, divided by commas
 * @param keyFile where the edge's own service key is, or will be
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param authenticateTimeout how long key-service may take for one answer
 * @param managementTimeout how long a service may take for one call of management
 * @param reportsPerMinute how many reports without a key one client address may make in a minute
 * @param drainDelay how long requests are taken after the order to end
 * @param httpIdentity what the REST API is served with; none for plain HTTP
 * @param httpClientCa the CA of those who may connect to the REST API; none: anybody may
 * @param tls how the calls of services, and the operations listener, are protected
 */
public record EdgeSettings(
    Listener http,
    Listener operations,
    String keyService,
    String tenantService,
    Path keyFile,
    List<Network> trustedProxies,
    Duration authenticateTimeout,
    Duration managementTimeout,
    int reportsPerMinute,
    Duration drainDelay,
    Optional<IdentityFiles> httpIdentity,
    Optional<Path> httpClientCa,
    TlsSettings tls) {
  static final Setting PORT =
      new Setting("LATCHKEY_EDGE_PORT", "8080", "The port of the REST API; 0 picks a free one.");
  static final Setting OPERATIONS_PORT =
      new Setting(
          "LATCHKEY_EDGE_OPERATIONS_PORT",
          "9180",
          "The port of health and metrics, for operators only; 0 picks a free one.");
  static final Setting KEY_SERVICE =
      new Setting(
          "LATCHKEY_KEY_SERVICE",
          "127.0.0.1:9090",
          "Where key-service is: `host:port`, several nodes by commas; a name with several"
              + " addresses counts as so many nodes.");
  static final Setting TENANT_SERVICE =
      new Setting(
          "LATCHKEY_TENANT_SERVICE",
          "127.0.0.1:9091",
          "Where tenant-service is: `host:port`, several nodes by commas; a name with several"
              + " addresses counts as so many nodes.");
  static final Setting TRUSTED_PROXIES =
      new Setting(
          "LATCHKEY_TRUSTED_PROXIES",
          null,
          "The proxies whose `X-Forwarded-For` is believed: networks such as `10.0.0.0/8`,"
              + " separated by commas.");
  static final Setting AUTHENTICATE_TIMEOUT =
      new Setting(
          "LATCHKEY_AUTHENTICATE_TIMEOUT",
          "2s",
          "How long key-service may take for one answer, 10ms to 60s; beyond it the client gets"
              + " 503.");
  static final Setting MANAGEMENT_TIMEOUT =
      new Setting(
          "LATCHKEY_MANAGEMENT_TIMEOUT",
          "10s",
          "How long a service may take for one call of management, 10ms to 5m; beyond it the client"
              + " gets 503.");

  static final Setting REPORTS_PER_MINUTE =
      new Setting(
          "LATCHKEY_REPORTS_PER_MINUTE",
          "30",
          "How many reports of leaked keys and revocations by holders one client address may send"
              + " in a minute, 1 to 100000; beyond it 429. An IPv6 client counts by its /64, and"
              + " each edge counts on its own.");

  static final Setting HTTP_CERTIFICATE =
      new Setting(
          "LATCHKEY_EDGE_TLS_CERTIFICATE",
          null,
          "PEM file with the certificate of the REST API, and its chain. Set, with the key: the API"
              + " takes HTTPS only. Not set: plain HTTP, for an edge behind a proxy that does TLS.");
  static final Setting HTTP_KEY =
      new Setting(
          "LATCHKEY_EDGE_TLS_KEY",
          null,
          "PEM file with that certificate's private key: RSA or EC, PKCS#8, not encrypted.");

  static final Setting HTTP_CLIENT_CA =
      new Setting(
          "LATCHKEY_EDGE_TLS_CLIENT_CA",
          null,
          "PEM file with CAs. Set: who connects to the REST API must show a certificate that one of"
              + " them signed (mutual TLS).");

  /** Every setting there is, in the order of the table in {@code docs/configuration.md}. */
  static final List<Setting> ALL =
      Stream.concat(
              Stream.of(
                  CommonSettings.HOST,
                  PORT,
                  OPERATIONS_PORT,
                  KEY_SERVICE,
                  TENANT_SERVICE,
                  CommonSettings.SECRETS_DIR,
                  TRUSTED_PROXIES,
                  AUTHENTICATE_TIMEOUT,
                  MANAGEMENT_TIMEOUT,
                  REPORTS_PER_MINUTE,
                  CommonSettings.DRAIN_DELAY,
                  CommonSettings.CONFIG,
                  HTTP_CERTIFICATE,
                  HTTP_KEY,
                  HTTP_CLIENT_CA),
              TlsSettings.OF_CALLER.stream())
          .toList();

  public EdgeSettings {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /**
   * Reads the settings.
   *
   * @throws dev.latchkey.kit.settings.SettingsException with every mistake in them
   */
  public static EdgeSettings read(Map<String, String> environment) {
    SettingsReader reader = SettingsReader.open(environment, ALL);
    EdgeSettings settings =
        new EdgeSettings(
            Listener.read(reader, PORT),
            Listener.read(reader, OPERATIONS_PORT),
            reader.targets(KEY_SERVICE),
            reader.targets(TENANT_SERVICE),
            reader.path(CommonSettings.SECRETS_DIR).resolve("edge.key"),
            networks(reader),
            reader.duration(AUTHENTICATE_TIMEOUT, Duration.ofMillis(10), Duration.ofSeconds(60)),
            reader.duration(MANAGEMENT_TIMEOUT, Duration.ofMillis(10), Duration.ofMinutes(5)),
            reader.integer(REPORTS_PER_MINUTE, 1, 100_000),
            CommonSettings.drainDelay(reader),
            IdentityFiles.read(reader, HTTP_CERTIFICATE, HTTP_KEY),
            TlsSettings.clientCa(reader, HTTP_CLIENT_CA, HTTP_CERTIFICATE),
            TlsSettings.readOfCaller(reader));
    reader.check();
    return settings;
  }

  private static List<Network> networks(SettingsReader reader) {
    List<Network> networks = new ArrayList<>();
    for (String text : reader.list(TRUSTED_PROXIES)) {
      Network.parse(text)
          .ifPresentOrElse(
              networks::add,
              () ->
                  reader.refuse(
                      TRUSTED_PROXIES,
                      "\"%s\" (expected: networks such as 10.0.0.0/8 or 2001:db8::/32)"
                          .formatted(text)));
    }
    return networks;
  }
}
