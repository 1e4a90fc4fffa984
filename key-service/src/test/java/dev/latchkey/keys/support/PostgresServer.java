package dev.latchkey.keys.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server as a distribution installs it, with a data folder of its own on a free port.
 * It ends, and its folder goes, with this process, however that ends.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final long COMMAND_LIMIT_SECONDS = 60;

  /** Waits for the end of its input, which comes with the end of who started it. */
  private static final String KEPT =
      """
      "$@" </dev/null >>"$0.log" 2>&1 &
      server=$!
      cat >/dev/null
      kill -QUIT "$server" 2>/dev/null
      wait "$server"
      rm -rf "$0" "$0.log"
      """;

  private final Path folder;
  private final int port;
  private Process keeper;

  private PostgresServer(Path folder) {
    this.folder = folder;
    this.port = freePort();
    this.keeper = start();
  }

  /** A new server with a superuser {@code postgres} and no passwords. */
  public static PostgresServer create(Map<String, String> settings) {
    Path folder = newFolder();
    run(
        "initdb",
        "-D",
        folder.toString(),
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C");
    configure(folder, settings);
    return new PostgresServer(folder);
  }

  /** A streaming standby of this server, that calls itself {@code standby}. */
  public PostgresServer standby() {
    Path copy = newFolder();
    run(
        "pg_basebackup",
        "-D",
        copy.toString(),
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "--no-sync",
        "-d",
        "host=127.0.0.1 port=%d user=postgres application_name=standby".formatted(port));
    return new PostgresServer(copy);
  }

  private static void configure(Path folder, Map<String, String> settings) {
    StringBuilder lines = new StringBuilder("max_connections = 60\nshared_buffers = 16MB\n");
    settings.forEach(
        (name, value) -> lines.append(name).append(" = '").append(value).append("'\n"));
    try {
      Files.writeString(folder.resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start() {
    List<String> command = new ArrayList<>(asAnybody());
    command.addAll(List.of("sh", "-c", KEPT, folder.toString()));
    command.addAll(
        List.of(
            program("postgres"),
            "-D",
            folder.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-k",
            "/tmp"));
    Process process = process(command);
    Conditions.await("PostgreSQL answers on " + port, this::answers);
    return process;
  }

  private boolean answers() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  /** Ends it at once, as a crash of the machine would (SIGKILL). */
  public void kill() {
    ProcessHandle server = postmaster();
    boolean _ = server.destroyForcibly();
    server.onExit().join();
  }

  /** Makes a standby a primary; returns once it takes writes. */
  public void promote() {
    run("pg_ctl", "promote", "-D", folder.toString(), "-w");
  }

  private ProcessHandle postmaster() {
    try {
      String pid = Files.readAllLines(folder.resolve("postmaster.pid")).getFirst().strip();
      return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** The JDBC URL of a database. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database) + "?loginTimeout=5", "postgres", "");
  }

  /** Runs statements, each by itself. */
  public void execute(String database, String... statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        boolean _ = statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The one value of a query. */
  public String value(String database, String query) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      boolean _ = rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      keeper.getOutputStream().close();
      if (!keeper.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("PostgreSQL did not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it may be left out: never where all that is to be tested must be there. */
  public static void require(boolean present, String what) {
    if (!present && "true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(what);
    }
    Assumptions.assumeTrue(present, what);
  }

  private static String program(String name) {
    require(
        Files.isDirectory(INSTALLED),
        "PostgreSQL is not installed in " + INSTALLED + " (apt-get install postgresql)");
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      List<Path> found =
          versions
              .map(version -> version.resolve("bin").resolve(name))
              .filter(Files::isExecutable)
              .sorted(Comparator.comparing(Path::toString))
              .toList();
      require(!found.isEmpty(), name + " is not in any folder of " + INSTALLED);
      return found.getLast().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** PostgreSQL does not run as root; in a namespace where nobody is root it does. */
  static List<String> asAnybody() {
    return "root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of();
  }

  private static void run(String program, String... arguments) {
    List<String> command = new ArrayList<>(asAnybody());
    command.add(program(program));
    command.addAll(List.of(arguments));
    Process process = process(command);
    try {
      if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(program + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static Process process(List<String> command) {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("latchkey-postgres");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
