package dev.latchkey.keys.feed;

import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.kit.database.DirectConnections;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of key changes, on a thread and a connection of its own: reads it at every poll
 * and hint, makes what it says hold in this node's memory, and then beats the pulse. A reading that
 * failed in any part is made again from where the last one ended; one that does not continue the
 * last has everything forgotten.
 */
@Singleton
public class KeyFeed {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFeed.class);

  /** A server that is silent for longer is taken for lost: well within the trust window. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

  /** The shortest time between two readings, however many hints come. */
  private static final Duration SPACING = Duration.ofMillis(5);

  private static final Duration END_LIMIT = Duration.ofSeconds(3);

  private final DirectConnections connections;
  private final FeedSettings settings;
  private final FeedHints hints;
  private final FeedConsumers consumers;
  private final FeedMetrics metrics;
  private final Pulse pulse;
  private final NanoTime time = NanoTime.SYSTEM;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("key-feed").unstarted(this::run);

  private @Nullable Connection connection;
  private @Nullable FeedRead last;
  private boolean failing;
  private volatile boolean ended;

  KeyFeed(
      DirectConnections connections,
      FeedSettings settings,
      FeedHints hints,
      FeedConsumers consumers,
      FeedMetrics metrics,
      Pulses pulses) {
    this.connections = connections;
    this.settings = settings;
    this.hints = hints;
    this.consumers = consumers;
    this.metrics = metrics;
    this.pulse = pulses.keys();
  }

  /**
   * Begins to follow. The first reading has everything forgotten that was read before it; it is
   * made before this returns, so that the first call finds a database that can be asked.
   */
  public void start() {
    hints.onHint(wake::release);
    boolean _ = read(time.now());
    thread.start();
  }

  private void run() {
    while (!ended) {
      long asked = time.now();
      Duration pause = read(asked) ? settings.pollInterval() : RETRY_PAUSE;
      try {
        boolean _ = wake.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
        int _ = wake.drainPermits();
        long early = asked + SPACING.toNanos() - time.now();
        if (early > 0) {
          TimeUnit.NANOSECONDS.sleep(early);
        }
      } catch (InterruptedException e) {
        break;
      }
    }
    disconnect();
  }

  /** One reading; tells whether it succeeded. */
  private boolean read(long asked) {
    try {
      Connection open = connect();
      FeedRead before = last;
      FeedRead read = FeedReader.read(open, before == null ? null : before.position());
      apply(read, before, open, asked);
      last = read;
      pulse.heard(asked);
      metrics.read();
      recovered();
      return true;
    } catch (SQLException | RuntimeException failure) {
      pulse.lost();
      metrics.failed();
      failed(failure);
      disconnect();
      return false;
    }
  }

  private void apply(FeedRead read, @Nullable FeedRead before, Connection open, long asked) {
    if (before == null) {
      consumers.forgetAll(read.position(), open);
    } else if (read.isGapAfter(before)) {
      LOG.warn("changes of keys may have been missed: all that is in memory is read anew");
      metrics.gap();
      consumers.forgetAll(read.position(), open);
    } else {
      consumers.take(read.changes(), read.position(), open);
      long since = time.now() - asked;
      read.entries().forEach(entry -> metrics.applied(entry.ageNanos() + since));
    }
  }

  private Connection connect() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = connections.open("latchkey-key-feed", LIMIT);
      connection = open;
    }
    return open;
  }

  /** Without a farewell to the server, which may never answer. */
  private void disconnect() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("the connection was lost before", e);
      }
    }
  }

  private void failed(Exception failure) {
    if (ended) {
      return;
    }
    if (failing) {
      LOG.debug("the log of key changes still cannot be followed", failure);
    } else if (failure instanceof SQLException) {
      LOG.warn("the log of key changes cannot be read; it is tried again: {}", failure.toString());
    } else {
      LOG.error("changes of keys cannot be applied; it is tried again", failure);
    }
    failing = true;
  }

  private void recovered() {
    if (failing) {
      failing = false;
      LOG.info("the log of key changes is followed again");
    }
  }

  @PreDestroy
  void stop() throws InterruptedException {
    ended = true;
    wake.release();
    if (thread.isAlive() && !thread.join(END_LIMIT)) {
      thread.interrupt();
    }
  }
}
