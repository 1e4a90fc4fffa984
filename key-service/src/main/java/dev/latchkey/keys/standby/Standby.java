package dev.latchkey.keys.standby;

import dev.latchkey.keys.feed.FeedPosition;
import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.kit.database.ReadPool;
import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A standby that is asked only if it has replayed enough. Safe for use by many threads. */
final class Standby implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Standby.class);

  /** How long a standby that cannot be asked is left alone; then one caller tries again. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /**
   * A standby that receives a timeline has replayed nothing that is not of it. While it receives
   * nothing, or the role may not see it, its last restart point tells a timeline it has come to.
   */
  private static final String HAS_REPLAYED =
      """
      SELECT pg_is_in_recovery()
             AND coalesce(pg_last_wal_replay_lsn() >= ?::pg_lsn, false)
             AND lpad(upper(to_hex(coalesce(
                   (SELECT received_tli FROM pg_stat_wal_receiver),
                   (SELECT timeline_id FROM pg_control_checkpoint())))), 8, '0') = ?
      """;

  private final ReadPool pool;
  private final NanoTime time;
  private final AtomicLong askAgainAt;
  private volatile boolean failing;

  Standby(ReadPool pool, NanoTime time) {
    this.pool = pool;
    this.time = time;
    this.askAgainAt = new AtomicLong(time.now());
  }

  /** What the work reads from it; empty if it has not replayed enough, or cannot be asked. */
  <T> Optional<T> read(FeedPosition required, Function<Connection, T> work) {
    if (!mayAsk()) {
      return Optional.empty();
    }
    try {
      Optional<T> result =
          pool.read(
              connection ->
                  hasReplayed(connection, required)
                      ? Optional.of(work.apply(connection))
                      : Optional.empty());
      failing = false;
      return result;
    } catch (RuntimeException failure) {
      askAgainAt.set(time.now() + PAUSE.toNanos());
      failing = true;
      LOG.warn("the standby cannot be read: {}", failure.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Asked in a statement of its own, before the one that reads: a statement reads as of its
   * beginning, and what it asks of the server on the way may be newer than that.
   */
  private static boolean hasReplayed(Connection connection, FeedPosition required) {
    return Sql.first(
            connection, HAS_REPLAYED, row -> row.getBoolean(1), required.lsn(), required.timeline())
        .orElse(false);
  }

  private boolean mayAsk() {
    if (!failing) {
      return true;
    }
    long at = askAgainAt.get();
    long now = time.now();
    return now - at >= 0 && askAgainAt.compareAndSet(at, now + PAUSE.toNanos());
  }

  @Override
  public void close() {
    pool.close();
  }
}
