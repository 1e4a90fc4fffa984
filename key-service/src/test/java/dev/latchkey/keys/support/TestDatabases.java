package dev.latchkey.keys.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL for all tests of this JVM, with a fresh database for whoever asks. */
public final class TestDatabases {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final EmbeddedPostgres SERVER = start();

  private TestDatabases() {}

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JDBC URL of a new, empty database. */
  public static String create() {
    String name = "test_" + NUMBER.incrementAndGet();
    execute("CREATE DATABASE " + name);
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(SERVER.getPort(), name);
  }

  /** Cuts every connection to a database, and lets none in. */
  static void lose(String url) {
    String name = url.substring(url.lastIndexOf('/') + 1);
    execute("ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(name));
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(name));
  }

  /** Lets connections in again. */
  static void restore(String url) {
    execute(
        "ALTER DATABASE %s ALLOW_CONNECTIONS true"
            .formatted(url.substring(url.lastIndexOf('/') + 1)));
  }

  private static void execute(String sql) {
    try (Connection connection = SERVER.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
