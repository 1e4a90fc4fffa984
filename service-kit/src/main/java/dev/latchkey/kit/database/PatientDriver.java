package dev.latchkey.kit.database;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's driver for a pool's own threads: while the server cannot be reached it tries again
 * every quarter of a second. Left alone the pool would pause longer after each failure, up to five
 * seconds, and for as long after the server is back nobody would get a connection. Those who wait
 * for one do not wait here: their own limit holds.
 */
public final class PatientDriver implements Driver {
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Driver driver = new org.postgresql.Driver();

  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    long start = System.nanoTime();
    while (true) {
      try {
        return driver.connect(url, info);
      } catch (SQLException failure) {
        boolean over = System.nanoTime() - start >= LONGEST.toNanos();
        if (over || Thread.currentThread().isInterrupted() || Fault.of(failure) != Fault.LOST) {
          throw failure;
        }
        Pauses.pause(PAUSE);
      }
    }
  }

  @Override
  public boolean acceptsURL(String url) throws SQLException {
    return driver.acceptsURL(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
    return driver.getPropertyInfo(url, info);
  }

  @Override
  public int getMajorVersion() {
    return driver.getMajorVersion();
  }

  @Override
  public int getMinorVersion() {
    return driver.getMinorVersion();
  }

  @Override
  public boolean jdbcCompliant() {
    return driver.jdbcCompliant();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("org.postgresql");
  }
}
