package dev.latchkey.kit.database;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A pool of a database that may still be being opened: whoever wants a connection waits until it
 * is, and gets told what kept it from being so. Safe for use by many threads.
 */
final class AwaitedPool implements DataSource, AutoCloseable {
  private final CompletableFuture<HikariDataSource> opened;

  AwaitedPool(CompletableFuture<HikariDataSource> opened) {
    this.opened = opened;
  }

  /** One that is open. */
  static AwaitedPool of(HikariDataSource pool) {
    return new AwaitedPool(CompletableFuture.completedFuture(pool));
  }

  /** Waits until it is open. */
  HikariDataSource pool() {
    try {
      return opened.join();
    } catch (CompletionException failed) {
      throw DatabaseOpening.reason(failed);
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    return pool().getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return pool().getConnection(user, password);
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return pool().getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    pool().setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool().setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool().getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("com.zaxxer.hikari");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : pool().unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || pool().isWrapperFor(type);
  }

  /** Closes it, also where it opens only later. */
  @Override
  public void close() {
    var _ = opened.thenAccept(HikariDataSource::close);
  }
}
