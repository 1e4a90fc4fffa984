package dev.latchkey.harness.platform;

import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole deployment in processes of its own: the built jars on free ports, with databases, secrets
 * and logs below a temporary folder. Closing it ends every process and removes the folder; the same
 * happens when this JVM is killed.
 */
public final class Platform implements AutoCloseable {
  /** For tests: up as soon as possible, small. */
  public static final List<String> QUICK_START =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseCompactObjectHeaders");

  /**
   * What {@code ./latchkey up} starts the services with. A cache of a training run holds for JVMs
   * with the same collector and the same layout of objects, so all of these have those in common.
   */
  public static final List<String> USUAL =
      List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

  /**
   * For benchmarks, as docs/scaling.md has it for real load: the optimizing compiler, and a heap
   * that does not change its size, most of it young, of huge pages where the system has them.
   */
  public static final List<String> FULL_SPEED =
      List.of(
          "-Xms512m",
          "-Xmx512m",
          "-Xmn320m",
          "-XX:MaxTenuringThreshold=3",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+UseTransparentHugePages");

  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Path folder;
  private final Reaper reaper;
  private final Ports ports = Ports.choose();
  private final Map<Service, ServiceProcess> services = new EnumMap<>(Service.class);
  private @Nullable Clients operator;

  private Platform(Path folder, List<String> jvmArguments) {
    this.folder = folder;
    this.reaper = Reaper.over(folder);
    Map<String, String> settings = ports.settings();
    settings.put("LATCHKEY_DATA_DIR", data().toString());
    settings.put("LATCHKEY_SECRETS_DIR", secrets().toString());
    for (Service service : Service.values()) {
      services.put(
          service,
          new ServiceProcess(
              service,
              service.module(),
              jvmArguments,
              settings,
              folder,
              ports.operations(service),
              reaper));
    }
  }

  /** A platform with nothing started yet. */
  public static Platform prepare(List<String> jvmArguments) {
    try {
      Path folder = Files.createTempDirectory("latchkey-").toRealPath();
      Files.createDirectories(folder.resolve("logs"));
      return new Platform(folder, jvmArguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A platform with these services started, all at once, and ready. */
  public static Platform start(List<String> jvmArguments, Service... services) {
    Platform platform = prepare(jvmArguments);
    try {
      platform.start(services);
      return platform;
    } catch (RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  /** Starts these services, all at once, and waits until they are ready. */
  public void start(Service... wanted) {
    for (Service service : wanted) {
      service(service).start();
    }
    for (Service service : wanted) {
      service(service).awaitReady(START_LIMIT);
    }
  }

  public ServiceProcess service(Service service) {
    ServiceProcess process = services.get(service);
    if (process == null) {
      throw new IllegalArgumentException(service.toString());
    }
    return process;
  }

  /** The database a service keeps for itself. */
  public EmbeddedDatabase database(Service service) {
    return new EmbeddedDatabase(service.database().orElseThrow(), data());
  }

  /** Clients with the operator's key, made on first use. */
  public synchronized Clients operator() {
    Clients present = operator;
    if (present == null) {
      present =
          Clients.open(
              ports.target(Service.KEY_SERVICE),
              ports.target(Service.TENANT_SERVICE),
              operatorKey());
      operator = present;
    }
    return present;
  }

  /** The operator's key, from the file that key-service made. */
  public Secret operatorKey() {
    try {
      return Secret.of(Files.readString(secrets().resolve("operator.key")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The edge's address, {@code http://host:port}. */
  public String edgeUrl() {
    return "http://" + ports.target(Service.EDGE);
  }

  /** {@code host:port} of a service. */
  public String target(Service service) {
    return ports.target(service);
  }

  /** Where everything of it lies. */
  public Path folder() {
    return folder;
  }

  /** Where the services' logs are. */
  public Path logs() {
    return folder.resolve("logs");
  }

  /** Where the databases are. */
  public Path data() {
    return folder.resolve("data");
  }

  private Path secrets() {
    return folder.resolve("secrets");
  }

  /**
   * Starts a program of the harness's own as one more process of this platform: its main method
   * gets a free port and then the given arguments. Gives its {@code host:port}.
   */
  public String startBeside(Class<?> program, List<String> jvmArguments, String... arguments) {
    int port = Ports.free();
    List<String> command = new ArrayList<>(List.of(program.getName(), Integer.toString(port)));
    command.addAll(List.of(arguments));
    Process _ =
        startBeside(
            program.getSimpleName(),
            jvmArguments,
            System.getProperty("java.class.path"),
            command,
            Map.of());
    return "127.0.0.1:" + port;
  }

  /**
   * Starts any Java program as one more process of this platform.
   *
   * @param name of its log
   * @param command its main class and arguments
   * @param environment beside what this JVM has
   */
  public Process startBeside(
      String name,
      List<String> jvmArguments,
      String classPath,
      List<String> command,
      Map<String, String> environment) {
    List<String> line = new ArrayList<>();
    line.add(Build.java().toString());
    line.addAll(jvmArguments);
    line.add("-Dlatchkey.home=" + folder);
    line.add("-cp");
    line.add(classPath);
    line.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log(name).toFile());
    builder.environment().putAll(environment);
    try {
      Process started = builder.start();
      reaper.watch(started.pid());
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /**
   * A program of {@code harness/baselines} as one more process of this platform, not started yet.
   *
   * @param module its folder there
   * @param settings its environment
   */
  public JarProcess baseline(
      String module, List<String> jvmArguments, Map<String, String> settings) {
    return new JarProcess(
        Build.jar("harness/baselines/" + module), module, jvmArguments, settings, folder, reaper);
  }

  /** Where the output of a program goes. */
  public Path log(String name) {
    return logs().resolve(name + ".log");
  }

  /** The settings of one more node of key-service, on ports that it chooses itself. */
  public Map<String, String> settingsOfAnotherKeyService() throws SQLException {
    Map<String, String> settings = ports.settings();
    settings.put(Service.KEY_SERVICE.portSetting(), "0");
    settings.put(Service.KEY_SERVICE.operationsPortSetting(), "0");
    settings.put("LATCHKEY_KEYS_DATABASE_URL", database(Service.KEY_SERVICE).url());
    settings.put("LATCHKEY_SECRETS_DIR", secrets().toString());
    return settings;
  }

  /** Ends everything, without ceremony, and removes the folder. */
  @Override
  public synchronized void close() {
    Clients present = operator;
    if (present != null) {
      present.close();
    }
    reaper.close();
  }
}
