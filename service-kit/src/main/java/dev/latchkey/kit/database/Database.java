package dev.latchkey.kit.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.kit.secret.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
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

  /**
   * A database that a service has opened and migrated, in use beside it: nothing is started or
   * changed.
   *
   * @param settings with a URL
   */
  public static Database attach(DatabaseSettings settings) {
    return new Database(settings, settings.url().orElseThrow(), null);
  }

  private void awaitConnection() {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try (Connection connection = DriverManager.getConnection(url, properties())) {
        if (connection.isValid(5)) {
          warnOfMissingLimits(connection);
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

  /** A pooler in between may leave out what the driver asks for. */
  private void warnOfMissingLimits(Connection connection) {
    String limit =
        Sql.first(connection, "SHOW statement_timeout", row -> row.getString(1)).orElse("");
    if (limit.equals("0")) {
      LOG.warn(
          "statements in the {} database have no time limit: behind a pooler, set"
              + " statement_timeout, lock_timeout and idle_in_transaction_session_timeout on the"
              + " role {} (docs/scaling.md)",
          settings.name(),
          settings.user());
    }
  }

  private void migrate() {
    Flyway.configure()
        .dataSource(url, settings.user(), password())
        .jdbcProperties(Connections.migration())
        .locations("classpath:db/kit", "classpath:db/migration")
        .callbacks(new NoTimeLimit())
        .load()
        .migrate();
  }

  private String password() {
    return settings.password().map(Secret::reveal).orElse("");
  }

  private Properties credentials() {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    settings.password().ifPresent(secret -> properties.setProperty("password", secret.reveal()));
    return properties;
  }

  private Properties properties() {
    Properties properties = credentials();
    properties.putAll(Connections.work());
    return properties;
  }

  /** Opens connections to it that are not of the pool. */
  public DirectConnections directConnections() {
    return new DirectConnections(url, settings);
  }

  /** The properties that make Micronaut's {@code default} data source use this database. */
  public Map<String, Object> dataSourceProperties() {
    Map<String, Object> properties = new HashMap<>(Connections.dataSource(settings.poolSize()));
    properties.put("datasources.default.url", url);
    properties.put("datasources.default.username", settings.user());
    properties.put("datasources.default.password", password());
    properties.put("datasources.default.driver-class-name", PatientDriver.class.getName());
    properties.put("datasources.default.dialect", "POSTGRES");
    return properties;
  }

  /** Connections of their own for short reads that callers wait for: half as many as for work. */
  public ReadPool lookups() {
    return new ReadPool(
        Connections.lookupPool("lookups", url, credentials(), lookupConnections()),
        settings.name() + " database");
  }

  /**
   * The same to another server with this database, a standby, as the same role.
   *
   * @param standby its JDBC URL
   */
  public ReadPool lookups(String standby) {
    return new ReadPool(
        Connections.lookupPool("standby", standby, credentials(), lookupConnections()),
        settings.name() + " database's standby");
  }

  private int lookupConnections() {
    return Math.max(2, settings.poolSize() / 2);
  }

  /** Replaces the idle connections of a pool that lost one, at most twice a second. */
  public static Runnable evicting(DataSource dataSource) {
    try {
      return new Eviction(dataSource.unwrap(HikariDataSource.class));
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }
}
