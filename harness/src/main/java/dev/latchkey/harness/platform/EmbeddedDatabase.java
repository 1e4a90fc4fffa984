package dev.latchkey.harness.platform;

import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The PostgreSQL server that a service keeps for itself, as seen from outside. */
public final class EmbeddedDatabase {
  private static final String SUPERUSER = "postgres";
  private static final int LINE_OF_PID = 0;
  private static final int LINE_OF_PORT = 3;

  private final String name;
  private final Path folder;

  EmbeddedDatabase(String name, Path data) {
    this.name = name;
    this.folder = data.resolve("postgres-" + name);
  }

  /** Its database's name. */
  public String name() {
    return name;
  }

  /** A connection as its superuser. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), SUPERUSER, "");
  }

  /** Its JDBC URL, while it runs. */
  public String url() throws SQLException {
    String port =
        lockFile()
            .map(lines -> lines.get(LINE_OF_PORT).strip())
            .orElseThrow(() -> new SQLException("no server runs on " + folder));
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
  }

  /**
   * The database with the pools that the service itself has, in use beside it.
   *
   * @param poolSize how many connections the service keeps
   */
  public Database attach(int poolSize) throws SQLException {
    return Database.attach(
        new DatabaseSettings(
            name, Optional.of(url()), SUPERUSER, Optional.empty(), folder, poolSize));
  }

  /** The server's process, while it runs. */
  public Optional<ProcessHandle> postmaster() {
    return lockFile()
        .map(lines -> Long.parseLong(lines.get(LINE_OF_PID).strip()))
        .flatMap(ProcessHandle::of)
        .filter(ProcessHandle::isAlive)
        .filter(process -> process.info().command().orElse("").endsWith("postgres"));
  }

  private Optional<List<String>> lockFile() {
    try {
      List<String> lines = Files.readAllLines(folder.resolve("postmaster.pid"));
      return lines.size() > LINE_OF_PORT ? Optional.of(lines) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
