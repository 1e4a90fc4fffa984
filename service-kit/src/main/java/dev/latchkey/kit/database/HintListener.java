package dev.latchkey.kit.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for hints on a connection of its own. A connection that was silent for long is asked for
 * a sign of life; one that is lost is opened again, more and more rarely if that fails.
 */
final class HintListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HintListener.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** How long a connection may be silent before it is asked for a sign of life. */
  private static final int SILENCE_MILLIS = 10_000;

  private final DirectConnections connections;
  private final String channel;
  private final Runnable onHint;
  private final Semaphore end = new Semaphore(0);
  private final Thread thread;
  private volatile @Nullable Connection current;
  private volatile boolean closed;
  private Duration pause = FIRST_PAUSE;
  private boolean told;

  HintListener(DirectConnections connections, String channel, Runnable onHint) {
    this.connections = connections;
    this.channel = channel;
    this.onHint = onHint;
    this.thread = Thread.ofVirtual().name("hint-listener").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (Connection connection = connections.open("latchkey-hints", LIMIT)) {
        current = connection;
        listen(connection);
      } catch (SQLException | RuntimeException lost) {
        tell(lost);
      }
      waitForNextTry();
    }
  }

  private void listen(Connection connection) throws SQLException {
    PGConnection notified = connection.unwrap(PGConnection.class);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LISTEN " + channel);
      told = false;
      pause = FIRST_PAUSE;
      // What was hinted at before is found without a hint, by looking once.
      onHint.run();
      while (!closed) {
        PGNotification[] hints = notified.getNotifications(SILENCE_MILLIS);
        if (hints != null && hints.length > 0) {
          onHint.run();
        } else {
          statement.execute("SELECT 1");
        }
      }
    }
  }

  private void tell(Exception lost) {
    if (!told && !closed) {
      told = true;
      LOG.info(
          "no hints come on {}, changes are found by polling alone: {}",
          channel,
          Fault.describe(lost));
    }
  }

  private void waitForNextTry() {
    try {
      boolean _ = end.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  @Override
  public void close() {
    closed = true;
    end.release();
    Connection open = current;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("the listening connection was closed before", e);
      }
    }
  }
}
