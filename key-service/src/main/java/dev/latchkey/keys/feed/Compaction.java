package dev.latchkey.keys.feed;

import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.PeriodicTask;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes rows of the log that have been visible for long. What counts is how long ago a snapshot
 * showed them, not when they were written: a commit may take any time to become visible. Every node
 * does it, one at a time.
 *
 * <p>That rows may be gone is noted before they go, where every reader sees it in the same moment
 * as their absence: who was away for too long cannot fail to notice.
 */
@Singleton
class Compaction implements KeyFeedListener {
  /** How long rows stay visible; a node that was away for less finds all it has missed. */
  private static final Duration RETENTION = Duration.ofMinutes(10);

  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final int ROWS_AT_ONCE = 1_000;

  /** Raised only; the snapshot of another database, from which rows were brought here, goes. */
  private static final String RAISE =
      """
      UPDATE key_change_floor SET snapshot = given.snapshot
      FROM (SELECT ?::pg_snapshot AS snapshot) AS given,
           (SELECT FROM key_change_floor FOR UPDATE SKIP LOCKED) AS free
      WHERE pg_snapshot_xmax(key_change_floor.snapshot) < pg_snapshot_xmax(given.snapshot)
         OR pg_snapshot_xmin(key_change_floor.snapshot) < pg_snapshot_xmin(given.snapshot)
         OR pg_snapshot_xmax(key_change_floor.snapshot) > pg_snapshot_xmax(pg_current_snapshot())
      """;

  private static final String DELETE =
      """
      DELETE FROM key_change WHERE ctid = ANY (ARRAY(
          SELECT key_change.ctid FROM key_change, key_change_floor floor
          WHERE (key_change.txid < pg_snapshot_xmax(floor.snapshot)
                 AND pg_visible_in_snapshot(key_change.txid, floor.snapshot))
             OR key_change.txid >= pg_snapshot_xmax(pg_current_snapshot())
          LIMIT ? FOR UPDATE OF key_change SKIP LOCKED))
      """;

  private final Transactions transactions;
  private final NanoTime time;
  private final Duration retention;
  private final Duration interval;
  private final Deque<Remembered> positions = new ArrayDeque<>();
  private final PeriodicTask task;

  /** A position that was read, and when. */
  private record Remembered(FeedPosition position, long moment) {}

  @Inject
  Compaction(Transactions transactions) {
    this(transactions, NanoTime.SYSTEM, RETENTION, INTERVAL);
  }

  Compaction(Transactions transactions, NanoTime time, Duration retention, Duration interval) {
    this.transactions = transactions;
    this.time = time;
    this.retention = retention;
    this.interval = interval;
    this.task = PeriodicTask.start("key-change-compaction", interval, this::compact);
  }

  @Override
  public synchronized void onRead(List<KeyChange> changes, FeedPosition position) {
    Remembered last = positions.peekLast();
    long now = time.now();
    if (last == null || now - last.moment() >= interval.toNanos()) {
      positions.addLast(new Remembered(position, now));
    }
  }

  /** The positions may be of a database that has lost its last commits. */
  @Override
  public synchronized void onGap(FeedPosition position) {
    positions.clear();
  }

  /** Deletes what has been visible for long enough; tells how many rows. */
  int compact() {
    FeedPosition old = takeOld();
    if (old == null || transactions.write(connection -> raise(connection, old)) == 0) {
      return 0;
    }
    int deleted = 0;
    int batch;
    do {
      batch = transactions.write(connection -> Sql.update(connection, DELETE, ROWS_AT_ONCE));
      deleted += batch;
    } while (batch == ROWS_AT_ONCE);
    return deleted;
  }

  /** 0: another node is at it, or has gone further. */
  private static int raise(Connection connection, FeedPosition old) {
    return Sql.update(connection, RAISE, old.snapshot());
  }

  /** The latest position that was read so long ago; it and those before are not kept on. */
  private synchronized @Nullable FeedPosition takeOld() {
    long now = time.now();
    FeedPosition old = null;
    for (Remembered first = positions.peekFirst();
        first != null && now - first.moment() >= retention.toNanos();
        first = positions.peekFirst()) {
      old = first.position();
      positions.removeFirst();
    }
    return old;
  }

  @PreDestroy
  void close() {
    task.close();
  }
}
