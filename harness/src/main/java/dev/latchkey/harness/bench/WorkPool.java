package dev.latchkey.harness.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.kit.database.Database;
import java.util.Properties;

/** The pool of connections that a service does its work on, made outside of it. */
final class WorkPool {
  private static final String PREFIX = "datasources.default.";
  private static final String DRIVER_PREFIX = "data-source-properties.";

  private WorkPool() {}

  /** Opens a pool with the properties that the service has Micronaut open it with. */
  static HikariDataSource open(Database database) {
    Properties properties = new Properties();
    database
        .dataSourceProperties()
        .forEach(
            (name, value) -> {
              String own = name.substring(PREFIX.length());
              if (!own.equals("dialect")) {
                properties.put(poolName(own), value.toString());
              }
            });
    return new HikariDataSource(new HikariConfig(properties));
  }

  /** What the pool itself calls a property: {@code maximumPoolSize}. */
  private static String poolName(String name) {
    if (name.startsWith(DRIVER_PREFIX)) {
      return "dataSource." + name.substring(DRIVER_PREFIX.length());
    }
    if (name.equals("url")) {
      return "jdbcUrl";
    }
    StringBuilder camel = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      boolean starts = i > 0 && name.charAt(i - 1) == '-';
      if (name.charAt(i) != '-') {
        camel.append(starts ? Character.toUpperCase(name.charAt(i)) : name.charAt(i));
      }
    }
    return camel.toString();
  }
}
