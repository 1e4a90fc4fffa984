package dev.latchkey.harness.fleet;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Reaper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server of the system's own programs, on a loopback port and a data folder of its
 * own: durable commits, role {@code postgres}, no password. For one thread at a time.
 */
public final class PostgresServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Party party;
  private final Path data;
  private final Path folder;
  private final int port;
  private final Reaper reaper;
  private final List<String> inside;
  private @Nullable Process process;

  /**
   * Nothing is started yet.
   *
   * @param inside what goes before each of its commands, so that they see the data folder; empty
   *     where everyone does
   */
  PostgresServer(
      Party party, Path data, Path folder, int port, Reaper reaper, List<String> inside) {
    this.party = party;
    this.data = data;
    this.folder = folder;
    this.port = port;
    this.reaper = reaper;
    this.inside = List.copyOf(inside);
  }

  /** Which of the fleet's servers it is. */
  public Party party() {
    return party;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Its data folder. */
  public Path data() {
    return data;
  }

  /** Makes an empty cluster and starts it. */
  void create() {
    removeData();
    run(
        Tool.INITDB,
        "-D",
        data.toString(),
        "-U",
        "postgres",
        "-A",
        "trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync");
    start();
    awaitReady();
  }

  /** Makes a streaming standby of a server, reached at this port, and starts it. */
  void copy(int primaryPort) {
    removeData();
    run(
        Tool.PG_BASEBACKUP,
        "-D",
        data.toString(),
        "-d",
        "host=127.0.0.1 port=%d user=postgres application_name=%s".formatted(primaryPort, party),
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "--no-sync");
    start();
    awaitReady();
  }

  /** Starts it on the data it has. */
  public void start() {
    List<String> command =
        asUser(
            Tool.POSTGRES,
            "-D",
            data.toString(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "port=" + port,
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
            "-c",
            "max_wal_senders=8",
            "-c",
            "shared_buffers=64MB",
            "-c",
            "wal_keep_size=256MB",
            // In which order transactions were committed is told by the times only.
            "-c",
            "track_commit_timestamp=on");
    try {
      Process started = builder(command, party.toString()).start();
      process = started;
      reaper.watch(started.pid());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + party, e);
    }
  }

  /** Waits until it answers queries. */
  public void awaitReady() {
    Await.until(
        START_LIMIT,
        () -> {
          if (!isRunning()) {
            // Children of one that was killed hold its memory a moment longer than it lived.
            start();
          }
          return answers();
        },
        () -> party + " does not answer: " + log());
  }

  private boolean answers() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** A connection as its superuser, past all proxies. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?connectTimeout=2".formatted(port, database),
        "postgres",
        "");
  }

  /** Runs statements that give no rows, each on its own. */
  public void execute(String database, String... statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(party + ": " + e.getMessage(), e);
    }
  }

  /** The first column of the first row, as a number; 0 for none. */
  public long number(String database, String query) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : 0;
    } catch (SQLException e) {
      throw new IllegalStateException(party + ": " + e.getMessage(), e);
    }
  }

  /** Ends it as a power cut would: with SIGKILL. */
  public void kill() {
    Process present = process;
    if (present != null) {
      present.destroyForcibly();
      awaitEnd(present);
    }
  }

  /** Makes a standby the primary, and waits until it is. */
  void promote() {
    execute("postgres", "SELECT pg_promote(true, 30)");
    Await.until(
        START_LIMIT,
        () -> number("postgres", "SELECT pg_is_in_recovery()::int") == 0,
        () -> party + " is no primary");
  }

  /** Whether its process lives. */
  public boolean isRunning() {
    Process present = process;
    return present != null && present.isAlive();
  }

  /** Its process, for whoever looks at it from outside. */
  public ProcessHandle handle() {
    Process present = process;
    if (present == null) {
      throw new IllegalStateException(party + " was never started");
    }
    return present.toHandle();
  }

  private void awaitEnd(Process present) {
    try {
      if (!present.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(party + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeData() {
    if (!Files.exists(data)) {
      return;
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(Tool tool, String... arguments) {
    String name = tool.name().toLowerCase(java.util.Locale.ROOT) + "-" + party;
    try {
      Process running = builder(asUser(tool, arguments), name).start();
      reaper.watch(running.pid());
      if (!running.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || running.exitValue() != 0) {
        throw new IllegalStateException(
            "%s failed: %s".formatted(name, read(folder.resolve("logs").resolve(name + ".log"))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody. */
  private List<String> asUser(Tool tool, String... arguments) {
    List<String> command = new ArrayList<>(inside);
    if (!inside.isEmpty() || "root".equals(System.getProperty("user.name"))) {
      command.add("unshare");
      command.add("-U");
    }
    command.add(tool.path().toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private ProcessBuilder builder(List<String> command, String log) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    folder.resolve("logs").resolve(log + ".log").toFile()));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private String log() {
    return read(folder.resolve("logs").resolve(party + ".log"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }
}
