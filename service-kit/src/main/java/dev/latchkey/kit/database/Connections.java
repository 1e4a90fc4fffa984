package dev.latchkey.kit.database;

import com.zaxxer.hikari.HikariConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * How connections are made and kept, so that no call hangs on a server that does not answer, and a
 * promoted standby is found within seconds. What the URL says itself wins over what stands here.
 */
final class Connections {
  /** Beyond these the server ends ordinary work; migrations and snapshots are excepted. */
  private static final String WORK_LIMITS =
      "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s";

  private static final String LOOKUP_LIMITS = "-c statement_timeout=1500ms -c lock_timeout=1s";

  /** Milliseconds that one waits for a connection. */
  private static final int WORK_WAIT = 1_500;

  private static final int LOOKUP_WAIT = 1_000;
  private static final int VALIDATION = 500;
  private static final int KEEPALIVE = 30_000;
  private static final int LIFETIME = 15 * 60_000;

  private Connections() {}

  /** The driver's properties of every connection, seconds where they are times. */
  private static Map<String, String> common() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("tcpKeepAlive", "true");
    properties.put("ApplicationName", "latchkey");
    // How long the driver believes that a server is no primary, where the URL names several.
    properties.put("hostRecheckSeconds", "1");
    properties.put("connectTimeout", "2");
    properties.put("loginTimeout", "4");
    return properties;
  }

  /** The driver's properties for work: longer than the server may take, so that it ends it. */
  static Map<String, String> work() {
    Map<String, String> properties = common();
    properties.put("socketTimeout", "15");
    properties.put("options", WORK_LIMITS);
    return properties;
  }

  /** The driver's properties for reads that callers wait for. */
  static Map<String, String> lookups() {
    Map<String, String> properties = common();
    properties.put("connectTimeout", "1");
    properties.put("loginTimeout", "2");
    properties.put("socketTimeout", "2");
    properties.put("options", LOOKUP_LIMITS);
    return properties;
  }

  /** The driver's properties for migrations, which may take as long as they need. */
  static Map<String, String> migration() {
    return common();
  }

  /** A pool for work. */
  static HikariConfig workPool(String url, Properties credentials, int size) {
    HikariConfig config = pool("work", url, credentials, work(), size);
    config.setConnectionTimeout(WORK_WAIT);
    config.setExceptionOverrideClassName(ReadOnlyServer.class.getName());
    return config;
  }

  /** A pool for look-ups. */
  static HikariConfig lookupPool(String name, String url, Properties credentials, int size) {
    HikariConfig config = pool(name, url, credentials, lookups(), size);
    config.setConnectionTimeout(LOOKUP_WAIT);
    return config;
  }

  private static HikariConfig pool(
      String name, String url, Properties credentials, Map<String, String> driver, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url);
    config.setDriverClassName(PatientDriver.class.getName());
    credentials.forEach((key, value) -> config.addDataSourceProperty((String) key, value));
    driver.forEach(config::addDataSourceProperty);
    config.setMaximumPoolSize(size);
    config.setValidationTimeout(VALIDATION);
    config.setKeepaliveTime(KEEPALIVE);
    config.setMaxLifetime(LIFETIME);
    config.setInitializationFailTimeout(-1);
    return config;
  }
}
