package dev.latchkey.kit.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server that lives with the service, for development and demonstration: bound to
 * loopback, no password, durable commits. A server that another run left behind is ended first, and
 * one that dies is started again on the same port with the same data.
 */
final class EmbeddedServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int RESTART_ATTEMPTS = 30;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Path folder;
  private final FolderLock lock;
  private final int port;
  private EmbeddedPostgres server;
  private volatile boolean closing;

  private EmbeddedServer(Path folder, FolderLock lock, EmbeddedPostgres server) {
    this.folder = folder;
    this.lock = lock;
    this.server = server;
    this.port = server.getPort();
  }

  static EmbeddedServer start(Path folder) {
    FolderLock lock = FolderLock.take(folder);
    try {
      endLeftOver(folder);
      DetectionScript.runAndDelete();
      EmbeddedServer embedded = new EmbeddedServer(folder, lock, launch(folder, 0));
      embedded.restartWhenItDies();
      return embedded;
    } catch (RuntimeException | Error failure) {
      lock.close();
      throw failure;
    }
  }

  private static EmbeddedPostgres launch(Path folder, int port) {
    try {
      Files.createDirectories(folder.getParent() == null ? folder : folder.getParent());
      return EmbeddedPostgres.builder()
          .setDataDirectory(folder)
          .setCleanDataDirectory(false)
          .setPort(port)
          .setPGStartupWait(START_LIMIT)
          .setServerConfig("listen_addresses", "127.0.0.1")
          // The builder's defaults are made for tests and would lose acknowledged commits.
          .setServerConfig("fsync", "on")
          .setServerConfig("synchronous_commit", "on")
          .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
          .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
          .setRegisterShutdownHook(false)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the embedded PostgreSQL in %s did not start".formatted(folder), e);
    }
  }

  /** Creates the database if it is not there, and gives its JDBC URL. */
  String createDatabase(String name) {
    try (Connection connection = server.getPostgresDatabase().getConnection()) {
      boolean present =
          Sql.first(connection, "SELECT 1 FROM pg_database WHERE datname = ?", row -> 1, name)
              .isPresent();
      if (!present) {
        Sql.update(connection, "CREATE DATABASE " + name);
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, name);
  }

  private void restartWhenItDies() {
    postmaster(folder)
        .ifPresent(
            process ->
                Thread.startVirtualThread(
                    () -> {
                      process.onExit().join();
                      if (!closing) {
                        restart();
                      }
                    }));
  }

  private synchronized void restart() {
    if (closing) {
      return;
    }
    LOG.error("the embedded PostgreSQL in {} died; starting it again", folder);
    // Gives back the lock on the folder, without which no other could be started on it.
    end(server);
    // Its children may hold the shared memory a moment longer than it lived.
    for (int attempt = 1; attempt <= RESTART_ATTEMPTS && !closing; attempt++) {
      try {
        server = launch(folder, port);
        LOG.info("the embedded PostgreSQL in {} is back", folder);
        restartWhenItDies();
        return;
      } catch (RuntimeException e) {
        LOG.warn("attempt {} failed: {}", attempt, e.getMessage());
        Pauses.pause(Duration.ofSeconds(1));
      }
    }
  }

  /** Ends a server that a killed service left running on this folder. */
  private static void endLeftOver(Path folder) {
    postmaster(folder)
        .ifPresent(
            process -> {
              LOG.info(
                  "ending the PostgreSQL ({}) that was left running on {}", process.pid(), folder);
              process.destroy();
              try {
                process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
              } catch (TimeoutException | ExecutionException e) {
                process.destroyForcibly();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** The server process of a data folder, if one is alive; its lock file names it. */
  private static Optional<ProcessHandle> postmaster(Path folder) {
    try {
      List<String> lock = Files.readAllLines(folder.resolve("postmaster.pid"));
      return ProcessHandle.of(Long.parseLong(lock.getFirst().strip()))
          .filter(ProcessHandle::isAlive)
          .filter(
              process ->
                  process.info().command().map(name -> name.endsWith("postgres")).orElse(false));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closing = true;
    synchronized (this) {
      end(server);
      lock.close();
    }
  }

  private void end(EmbeddedPostgres ended) {
    try {
      ended.close();
    } catch (IOException e) {
      LOG.warn("the embedded PostgreSQL in {} did not end cleanly", folder, e);
    }
  }
}
