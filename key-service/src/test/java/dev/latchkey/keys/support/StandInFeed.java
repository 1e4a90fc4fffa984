package dev.latchkey.keys.support;

import dev.latchkey.keys.feed.Pulse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Beats a pulse for as long as a database answers. */
final class StandInFeed implements AutoCloseable {
  private static final long PAUSE_NANOS = 50_000_000;

  private final String url;
  private final Pulse pulse;
  private final Thread thread;
  private volatile boolean stopped;

  StandInFeed(String url, Pulse pulse) {
    this.url = url;
    this.pulse = pulse;
    this.thread = Thread.ofVirtual().name("stand-in-feed").start(this::run);
    Conditions.await("the first beat", () -> !pulse.isLost());
  }

  private void run() {
    Connection connection = null;
    while (!stopped) {
      long asked = System.nanoTime();
      try {
        connection = connection == null ? open() : connection;
        try (Statement statement = connection.createStatement()) {
          statement.execute("SELECT 1");
        }
        pulse.heard(asked);
      } catch (SQLException e) {
        pulse.lost();
        close(connection);
        connection = null;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    close(connection);
  }

  private Connection open() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("socketTimeout", "1");
    return DriverManager.getConnection(url, properties);
  }

  private static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // It is gone already.
    }
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
  }
}
