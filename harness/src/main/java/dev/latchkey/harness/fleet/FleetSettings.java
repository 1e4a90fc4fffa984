package dev.latchkey.harness.fleet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** The settings of a fleet's nodes: each reaches every other through its own proxy. */
final class FleetSettings {
  private final Deployment deployment;
  private final Path folder;
  private final Links links;
  private final ToIntFunction<Party> ports;

  FleetSettings(Deployment deployment, Path folder, Links links, ToIntFunction<Party> ports) {
    this.deployment = deployment;
    this.folder = folder;
    this.links = links;
    this.ports = ports;
  }

  static Path secrets(Path folder) {
    return folder.resolve("secrets");
  }

  /** All nodes that are ours. */
  List<Party> nodes() {
    List<Party> nodes = new ArrayList<>(keyServices());
    nodes.addAll(tenantServices());
    nodes.addAll(Fleet.parties(Party.Kind.EDGE, deployment.edges()));
    return nodes;
  }

  private List<Party> keyServices() {
    return Fleet.parties(Party.Kind.KEY_SERVICE, deployment.keyServices());
  }

  private List<Party> tenantServices() {
    return Fleet.parties(Party.Kind.TENANT_SERVICE, deployment.tenantServices());
  }

  /** The environment of a node, but for its operations port. */
  Map<String, String> of(Party node) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("LATCHKEY_HOST", "127.0.0.1");
    settings.put(
        node.kind().service().orElseThrow().portSetting(),
        Integer.toString(ports.applyAsInt(node)));
    settings.put("LATCHKEY_SECRETS_DIR", secrets(folder).toString());
    settings.put("LATCHKEY_DATA_DIR", folder.resolve("data").toString());
    switch (node.kind()) {
      case KEY_SERVICE -> {
        settings.put("LATCHKEY_KEYS_DATABASE_URL", databaseUrl(node, Postgres.KEYS, "primary"));
        settings.put("LATCHKEY_TENANT_SERVICE", targets(node, tenantServices()));
        if (deployment.standby()) {
          settings.put(
              "LATCHKEY_KEYS_READ_DATABASE_URL",
              databaseUrl(node, Postgres.KEYS, "preferSecondary"));
        }
        if (deployment.redis()) {
          settings.put(
              "LATCHKEY_REDIS_URL", "redis://" + links.between(node, Party.redis()).address());
        }
      }
      case TENANT_SERVICE -> {
        settings.put(
            "LATCHKEY_TENANCY_DATABASE_URL", databaseUrl(node, Postgres.TENANCY, "primary"));
        settings.put("LATCHKEY_KEY_SERVICE", targets(node, keyServices()));
      }
      case EDGE -> {
        settings.put("LATCHKEY_KEY_SERVICE", targets(node, keyServices()));
        settings.put("LATCHKEY_TENANT_SERVICE", targets(node, tenantServices()));
      }
      case POSTGRES, REDIS -> throw new IllegalArgumentException(node.toString());
    }
    settings.putAll(deployment.settings());
    settings.putAll(deployment.settingsOf().getOrDefault(node, Map.of()));
    return settings;
  }

  private String targets(Party from, List<Party> to) {
    return to.stream()
        .map(party -> links.between(from, party).address())
        .collect(Collectors.joining(","));
  }

  private String databaseUrl(Party from, String database, String serverType) {
    String hosts = targets(from, Fleet.parties(Party.Kind.POSTGRES, deployment.standby() ? 2 : 1));
    // The driver remembers for so many seconds which server was what: a failover is found that
    // much later.
    return deployment.standby()
        ? "jdbc:postgresql://%s/%s?targetServerType=%s&hostRecheckSeconds=1"
            .formatted(hosts, database, serverType)
        : "jdbc:postgresql://%s/%s".formatted(hosts, database);
  }
}
