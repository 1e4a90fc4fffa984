package dev.latchkey.kit.database;

import dev.latchkey.kit.secret.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * Opens connections to a service's database that are not of the pool: for work that goes on for as
 * long as the service, and must neither wait for others nor keep them waiting. They lead to the
 * primary, commit each statement by itself, and keep no prepared statements on the server, so that
 * they work through a pooler. Safe for use by many threads.
 */
public final class DirectConnections {
  private final Supplier<String> url;
  private final DatabaseSettings settings;

  DirectConnections(Supplier<String> url, DatabaseSettings settings) {
    this.url = url;
    this.settings = settings;
  }

  /**
   * Opens a connection; the caller closes it.
   *
   * @param name what the database's own lists call it
   * @param limit how long the server may be silent, in whole seconds: while connecting, and in
   *     every statement. A connection that was silent for longer is closed.
   */
  public Connection open(String name, Duration limit) throws SQLException {
    String seconds = Long.toString(Math.max(1, limit.toSeconds()));
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    settings.password().map(Secret::reveal).ifPresent(text -> properties.put("password", text));
    properties.setProperty("ApplicationName", name);
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("loginTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("prepareThreshold", "0");
    properties.setProperty("targetServerType", "primary");
    // How long the driver takes a server for what it last was: a failover is found that much later.
    properties.setProperty("hostRecheckSeconds", "1");
    return DriverManager.getConnection(url.get(), properties);
  }
}
