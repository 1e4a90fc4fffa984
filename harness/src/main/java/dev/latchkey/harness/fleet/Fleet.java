package dev.latchkey.harness.fleet;

import dev.latchkey.harness.attack.SmallDisk;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.Ports;
import dev.latchkey.harness.platform.Reaper;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.harness.platform.ServiceProcess;
import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Deployment} that runs: each node, database server and Redis a real process on free
 * loopback ports, all data, secrets and logs below one temporary folder, and every connection
 * between two of them through a proxy of {@link #links}. Closing it ends all and removes the
 * folder; the same happens when this JVM is killed. For one thread at a time, but for the links.
 */
public final class Fleet implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Deployment deployment;
  private final Path folder;
  private final Reaper reaper;
  private final Map<Party, Integer> ports = new HashMap<>();
  private final Map<Party, ServiceProcess> nodes = new TreeMap<>();
  private final Map<Party, Clients> clients = new HashMap<>();
  private final Links links = new Links(this::port);
  private final @Nullable SmallDisk disk;
  private final Postgres postgres;
  private final @Nullable RedisServer redis;

  private Fleet(Deployment deployment, Path folder) {
    this.deployment = deployment;
    this.folder = folder;
    this.reaper = Reaper.over(folder);
    this.disk =
        deployment.databaseDisk().isPresent()
            ? SmallDisk.mount(folder.resolve("disk"), deployment.databaseDisk().getAsInt())
            : null;
    this.postgres =
        new Postgres(
            disk == null ? server(1) : serverOn(disk),
            deployment.standby() ? Optional.of(server(2)) : Optional.empty(),
            links);
    this.redis = deployment.redis() ? new RedisServer(folder, port(Party.redis()), reaper) : null;
    FleetSettings settings = new FleetSettings(deployment, folder, links, this::port);
    for (Party node : settings.nodes()) {
      Service service = node.kind().service().orElseThrow();
      int operations = Ports.free();
      Map<String, String> environment = settings.of(node);
      environment.put(service.operationsPortSetting(), Integer.toString(operations));
      nodes.put(
          node,
          new ServiceProcess(
              service,
              node.toString(),
              deployment.jvmArguments(),
              environment,
              folder,
              operations,
              reaper));
    }
  }

  private PostgresServer server(int number) {
    Party party = Party.postgres(number);
    // Where the reaper looks for servers to end.
    Path data = folder.resolve("data").resolve("postgres-" + number);
    return new PostgresServer(party, data, folder, port(party), reaper, List.of());
  }

  private PostgresServer serverOn(SmallDisk small) {
    Party party = Party.postgres(1);
    Path data = small.folder().resolve("postgres-1");
    return new PostgresServer(party, data, folder, port(party), reaper, small.inside());
  }

  /** Starts everything, as much at once as there is sense in, and waits until all is ready. */
  public static Fleet start(Deployment deployment) {
    Fleet fleet;
    try {
      Path folder = Files.createTempDirectory("latchkey-").toRealPath();
      Files.createDirectories(folder.resolve("logs"));
      Files.createDirectories(folder.resolve("data"));
      fleet = new Fleet(deployment, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      fleet.start();
      return fleet;
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  private void start() {
    if (redis != null) {
      redis.start();
    }
    postgres.create();
    CompletableFuture<Void> standby = CompletableFuture.runAsync(postgres::ensureStandby);
    ServiceProcess first = node(Party.keyService(1));
    // It makes the keys that all others read; with several at once each would make its own.
    nodes.forEach(
        (party, node) -> {
          if (party.kind() != Party.Kind.KEY_SERVICE || node == first) {
            node.start();
          }
        });
    first.awaitReady(START_LIMIT);
    nodes.values().stream().filter(node -> !node.isRunning()).forEach(ServiceProcess::start);
    nodes.values().forEach(node -> node.awaitReady(START_LIMIT));
    try {
      standby.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("no standby: " + e.getMessage(), e);
    }
  }

  /** What it consists of. */
  public Deployment deployment() {
    return deployment;
  }

  /** The ways between its parties. */
  public Links links() {
    return links;
  }

  /** Its database servers. */
  public Postgres postgres() {
    return postgres;
  }

  /** Its Redis; fails where it has none. */
  public RedisServer redis() {
    RedisServer present = redis;
    if (present == null) {
      throw new IllegalStateException("this fleet has no Redis");
    }
    return present;
  }

  /** The disk of the first database server; fails where it has none of its own. */
  public SmallDisk disk() {
    SmallDisk present = disk;
    if (present == null) {
      throw new IllegalStateException("this fleet's database has no disk of its own");
    }
    return present;
  }

  /** The process of a node. */
  public ServiceProcess node(Party party) {
    ServiceProcess process = nodes.get(party);
    if (process == null) {
      throw new IllegalArgumentException(party + " is no node of this fleet");
    }
    return process;
  }

  /** Its nodes of one kind. */
  public List<Party> nodes(Party.Kind kind) {
    return nodes.keySet().stream().filter(node -> node.kind() == kind).toList();
  }

  /** Where a party listens, past all proxies. */
  public int port(Party party) {
    synchronized (ports) {
      return ports.computeIfAbsent(party, any -> Ports.free());
    }
  }

  /** {@code host:port} of a party, past all proxies. */
  public String target(Party party) {
    return "127.0.0.1:" + port(party);
  }

  /** Clients with the operator's key, of one key-service node and the first tenant-service. */
  public Clients operator(int keyService) {
    synchronized (clients) {
      return clients.computeIfAbsent(
          Party.keyService(keyService),
          node -> Clients.open(target(node), target(Party.tenantService(1)), operatorKey()));
    }
  }

  /** The operator's key, from the file that key-service made. */
  public Secret operatorKey() {
    try {
      return Secret.of(
          Files.readString(FleetSettings.secrets(folder).resolve("operator.key")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where everything of it lies. */
  public Path folder() {
    return folder;
  }

  /**
   * Makes all well again: no faults on links, a primary with its standby, a Redis, every node up
   * and ready. Nodes that run are left alone.
   */
  public void heal() {
    links.heal();
    if (disk != null) {
      disk.free();
    }
    if (redis != null) {
      redis.start();
    }
    if (!postgres.primary().isRunning()) {
      postgres.primary().start();
    }
    postgres.primary().awaitReady();
    postgres.ensureStandby();
    nodes.values().stream().filter(node -> !node.isRunning()).forEach(ServiceProcess::start);
    nodes.values().forEach(node -> node.awaitReady(START_LIMIT));
  }

  /** Ends everything, without ceremony, and removes the folder. */
  @Override
  public void close() {
    synchronized (clients) {
      clients.values().forEach(Clients::close);
    }
    links.close();
    if (disk != null) {
      disk.close();
    }
    reaper.close();
  }

  /** Every process of it that lives, by name: for figures of memory and files. */
  public Map<String, ProcessHandle> processes() {
    Map<String, ProcessHandle> processes = new TreeMap<>();
    nodes.forEach(
        (party, node) -> {
          if (node.isRunning()) {
            processes.put(party.toString(), node.handle());
          }
        });
    return processes;
  }

  static List<Party> parties(Party.Kind kind, int count) {
    List<Party> parties = new ArrayList<>();
    IntStream.rangeClosed(1, count).forEach(number -> parties.add(new Party(kind, number)));
    return parties;
  }
}
