package dev.latchkey.kit.database;

import dev.latchkey.kit.secret.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's migrated database: the one that is configured, or an embedded server. Closing it ends
 * the embedded server, if there is one.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final DatabaseSettings settings;
  private final String url;
  private final @Nullable EmbeddedServer embedded;

  private Database(DatabaseSettings settings, String url, @Nullable EmbeddedServer embedded) {
    this.settings = settings;
    this.url = url;
    this.embedded = embedded;
  }

  /**
   * Starts or finds the database, waits until it answers, and migrates it. Waits without end, and
   * says what for.
   */
  public static Database open(DatabaseSettings settings) {
    Database database;
    if (settings.url().isPresent()) {
      database = new Database(settings, settings.url().get(), null);
    } else {
      EmbeddedServer server =
          EmbeddedServer.start(settings.folder().resolve("postgres-" + settings.name()));
      database = new Database(settings, server.createDatabase(settings.name()), server);
    }
    database.awaitConnection();
    database.migrate();
    return database;
  }

  private void awaitConnection() {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try (Connection connection = DriverManager.getConnection(url, credentials())) {
        if (connection.isValid(5)) {
          return;
        }
      } catch (SQLException e) {
        LOG.info("waiting for the {} database at {}: {}", settings.name(), url, e.getMessage());
      }
      Pauses.pause(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private void migrate() {
    Flyway.configure()
        .dataSource(url, settings.user(), settings.password().map(Secret::reveal).orElse(""))
        .locations("classpath:db/kit", "classpath:db/migration")
        .load()
        .migrate();
  }

  private Properties credentials() {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    settings.password().ifPresent(secret -> properties.setProperty("password", secret.reveal()));
    properties.setProperty("connectTimeout", "5");
    return properties;
  }

  /** Opens connections to it that are not of the pool. */
  public DirectConnections directConnections() {
    return new DirectConnections(url, settings);
  }

  /** The properties that make Micronaut's {@code default} data source use this database. */
  public Map<String, Object> dataSourceProperties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("datasources.default.url", url);
    properties.put("datasources.default.username", settings.user());
    properties.put(
        "datasources.default.password", settings.password().map(Secret::reveal).orElse(""));
    properties.put("datasources.default.driver-class-name", "org.postgresql.Driver");
    properties.put("datasources.default.dialect", "POSTGRES");
    properties.put("datasources.default.maximum-pool-size", settings.poolSize());
    properties.put("datasources.default.connection-timeout", 2_000);
    properties.put("datasources.default.validation-timeout", 1_000);
    properties.put("datasources.default.data-source-properties.socketTimeout", "15");
    properties.put("datasources.default.data-source-properties.connectTimeout", "2");
    properties.put("datasources.default.data-source-properties.tcpKeepAlive", "true");
    properties.put("datasources.default.allow-pool-suspension", false);
    properties.put("datasources.default.initialization-fail-timeout", -1);
    return properties;
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }
}
