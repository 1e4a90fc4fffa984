package dev.latchkey.harness.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The PostgreSQL server that a service keeps for itself, on the data it left, run without the
 * service, which then finds it running. The reaper of the platform ends it should this JVM not.
 */
final class StandingDatabase implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final EmbeddedPostgres server;
  private final String name;

  private StandingDatabase(EmbeddedPostgres server, String name) {
    this.server = server;
    this.name = name;
  }

  /**
   * Starts it, with the settings that the service starts it with.
   *
   * @param name the database's
   * @param data the platform's folder of databases
   */
  static StandingDatabase start(String name, Path data) {
    try {
      return new StandingDatabase(
          EmbeddedPostgres.builder()
              .setDataDirectory(data.resolve("postgres-" + name))
              .setCleanDataDirectory(false)
              .setPGStartupWait(START_LIMIT)
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
              .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
              .setRegisterShutdownHook(false)
              .start(),
          name);
    } catch (IOException e) {
      throw new UncheckedIOException("the " + name + " database did not start", e);
    }
  }

  /** Its JDBC URL. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(server.getPort(), name);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the " + name + " database did not end", e);
    }
  }
}
