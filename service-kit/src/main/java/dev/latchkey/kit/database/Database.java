package dev.latchkey.kit.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
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
    return open(settings, () -> false);
  }

  /**
   * The same for one who may give up.
   *
   * @throws CancellationException if that was so before the database answered
   */
  static Database open(DatabaseSettings settings, BooleanSupplier givenUp) {
    Database database;
    if (settings.url().isPresent()) {
      database = new Database(settings, settings.url().get(), null);
    } else {
      EmbeddedServer server =
          EmbeddedServer.start(settings.folder().resolve("postgres-" + settings.name()));
      database = new Database(settings, server.createDatabase(settings.name()), server);
    }
    try {
      if (!database.isMigrated(givenUp)) {
        database.migrate();
      }
      return database;
    } catch (RuntimeException | Error failure) {
      database.close();
      throw failure;
    }
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

  /** Waits until it answers, and tells whether it has the migrations of this build already. */
  private boolean isMigrated(BooleanSupplier givenUp) {
    Duration pause = FIRST_PAUSE;
    while (!givenUp.getAsBoolean()) {
      try (Connection connection = DriverManager.getConnection(url, properties())) {
        if (connection.isValid(5)) {
          warnOfMissingLimits(connection);
          return Migrations.areApplied(connection);
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
    throw new CancellationException(
        "the %s database is not waited for any more".formatted(settings.name()));
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
        .dataSource(migrationConnections())
        .locations("classpath:db/kit", "classpath:db/migration")
        .callbacks(new NoTimeLimit())
        .load()
        .migrate();
  }

  /** Given only a URL, Flyway would first look whether one of its other databases is meant. */
  private DataSource migrationConnections() {
    Properties properties = credentials();
    properties.putAll(Connections.migration());
    PGSimpleDataSource connections = new PGSimpleDataSource();
    try {
      for (String name : properties.stringPropertyNames()) {
        connections.setProperty(name, properties.getProperty(name));
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
    connections.setUrl(url);
    return connections;
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

  /** Its JDBC URL. */
  String url() {
    return url;
  }

  /** A pool of connections for work; the caller closes it. */
  public HikariDataSource work() {
    return new HikariDataSource(Connections.workPool(url, credentials(), settings.poolSize()));
  }

  /** Connections of their own for short reads that callers wait for: half as many as for work. */
  public ReadPool lookups() {
    return new ReadPool(AwaitedPool.of(lookupPool()), title(settings));
  }

  HikariDataSource lookupPool() {
    return new HikariDataSource(
        Connections.lookupPool("lookups", url, credentials(), lookupConnections()));
  }

  /** What callers read when it cannot be reached. */
  static String title(DatabaseSettings settings) {
    return settings.name() + " database";
  }

  /**
   * The same to another server with this database, a standby, as the same role.
   *
   * @param standby its JDBC URL
   */
  public ReadPool lookups(String standby) {
    return new ReadPool(
        AwaitedPool.of(
            new HikariDataSource(
                Connections.lookupPool("standby", standby, credentials(), lookupConnections()))),
        settings.name() + " database's standby");
  }

  private int lookupConnections() {
    return Math.max(2, settings.poolSize() / 2);
  }

  /** Replaces the idle connections of a pool that lost one, at most twice a second. */
  public static Runnable evicting(DataSource dataSource) {
    return new Eviction(
        () -> {
          try {
            return dataSource.unwrap(HikariDataSource.class);
          } catch (SQLException e) {
            throw new SqlFailure(e);
          }
        });
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }
}
