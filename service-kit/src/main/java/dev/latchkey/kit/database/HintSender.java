package dev.latchkey.kit.database;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends hints: one for all that were asked for since the last. */
final class HintSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HintSender.class);

  /** So that a stream of changes makes a hundred hints a second, not thousands. */
  private static final Duration SPACING = Duration.ofMillis(10);

  private final Transactions transactions;
  private final String channel;
  private final Semaphore asked = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  HintSender(Transactions transactions, String channel) {
    this.transactions = transactions;
    this.channel = channel;
    this.thread = Thread.ofVirtual().name("hint-sender").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void send() {
    asked.release();
  }

  private void run() {
    while (true) {
      asked.acquireUninterruptibly();
      if (closed) {
        return;
      }
      int _ = asked.drainPermits();
      try {
        boolean _ = transactions.write(this::send);
      } catch (RuntimeException failure) {
        LOG.debug("no hint was sent on {}", channel, failure);
      }
      Pauses.pause(SPACING);
    }
  }

  /** A hint may be lost: it waits neither for the disk nor for a standby. */
  private boolean send(Connection connection) {
    return Sql.first(
            connection,
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(?, '')",
            row -> true,
            channel)
        .isPresent();
  }

  @Override
  public void close() {
    closed = true;
    asked.release();
  }
}
