package dev.latchkey.keys.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PgBouncer in transaction mode before one database, with three connections to it. */
public final class Pooler implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
  private static final String KEPT =
      """
      "$@" </dev/null >"$0.log" 2>&1 &
      server=$!
      cat >/dev/null
      kill -INT "$server" 2>/dev/null
      wait "$server"
      rm -f "$0" "$0.log"
      """;

  private final int port = PostgresServer.freePort();
  private final String database;
  private final Process keeper;

  /**
   * @param user whom it connects as
   */
  public Pooler(PostgresServer server, String database, String user) {
    PostgresServer.require(
        Files.isExecutable(PROGRAM), PROGRAM + " is missing (apt-get install pgbouncer)");
    this.database = database;
    try {
      Path settings = Files.createTempFile("latchkey-pgbouncer", ".ini");
      Files.writeString(
          settings,
          """
          [databases]
          %s = host=127.0.0.1 port=%d user=%s
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = any
          pool_mode = transaction
          default_pool_size = 3
          max_client_conn = 200
          ignore_startup_parameters = extra_float_digits,options
          """
              .formatted(database, server.port(), user, port));
      List<String> command = new ArrayList<>(PostgresServer.asAnybody());
      command.addAll(List.of("sh", "-c", KEPT, settings.toString()));
      command.addAll(List.of(PROGRAM.toString(), settings.toString()));
      keeper = PostgresServer.process(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Conditions.await("PgBouncer answers", this::answers);
  }

  private boolean answers() {
    try (Connection connection = DriverManager.getConnection(url(), "latchkey", "")) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  /** The JDBC URL of the database behind it. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:%d/%s?prepareThreshold=0".formatted(port, database);
  }

  @Override
  public void close() {
    try {
      keeper.getOutputStream().close();
      boolean _ = keeper.waitFor(30, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
