package dev.latchkey.tenancy.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.stream.Outlet;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import dev.latchkey.proto.tenancy.v1.WatchResponse.Progress;
import dev.latchkey.proto.tenancy.v1.WatchResponse.SnapshotRequired;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.change.Extent;
import dev.latchkey.tenancy.change.LoggedChange;
import dev.latchkey.tenancy.change.NewestRevision;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * One watcher: sends every change from a revision on, in order and without a gap, and says where it
 * stands when there is none. It reads the log itself before it says so: a watcher never hears that
 * it is up to date from a service that cannot know.
 */
final class WatchSession {
  private static final int BATCH = 200;
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final ChangeLog log;
  private final NewestRevision newest;
  private final Outlet<WatchResponse> outlet;
  private long next;

  WatchSession(
      Transactions transactions,
      ChangeLog log,
      NewestRevision newest,
      Outlet<WatchResponse> outlet,
      long from) {
    this.transactions = transactions;
    this.log = log;
    this.newest = newest;
    this.outlet = outlet;
    this.next = from;
  }

  /** What the log has from the next revision on. */
  private record Batch(Extent extent, List<LoggedChange> changes) {
    /** Whether changes between the last one sent and the first one here are gone. */
    boolean misses(long next) {
      return changes.isEmpty()
          ? !extent.covers(next) || extent.newest() >= next
          : changes.getFirst().revision() != next;
    }
  }

  /** Goes on until the stream ends or a snapshot is required. */
  void run() {
    long silentSince = System.nanoTime() - PROGRESS_INTERVAL.toNanos();
    while (true) {
      Batch batch = read();
      if (batch.misses(next)) {
        // What is missing may have been dropped after the extent was read.
        outlet.send(snapshotRequired(transactions.read(log::extent)));
        return;
      }
      if (batch.changes().isEmpty()) {
        if (System.nanoTime() - silentSince >= PROGRESS_INTERVAL.toNanos()) {
          outlet.send(progress());
          silentSince = System.nanoTime();
        }
        awaitMore(silentSince + PROGRESS_INTERVAL.toNanos() - System.nanoTime());
      } else {
        batch.changes().forEach(this::send);
        silentSince = System.nanoTime();
      }
    }
  }

  /** The extent is read first: what it counts and the changes lack has been dropped. */
  private Batch read() {
    long claimed = newest.current();
    Batch batch =
        transactions.read(
            connection -> {
              Extent extent = log.extent(connection);
              return new Batch(extent, log.read(connection, next, BATCH));
            });
    newest.fellBack(claimed, batch.extent().newest());
    return batch;
  }

  private void awaitMore(long nanos) {
    try {
      newest.await(next, Duration.ofNanos(nanos), outlet::isOpen);
      outlet.requireOpen();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(LoggedChange change) {
    outlet.send(
        WatchResponse.newBuilder()
            .setChange(
                WatchResponse.Change.newBuilder()
                    .setResource(parse(change).toBuilder().setRevision(change.revision()))
                    .setCommitTime(Timestamps.of(change.commitTime())))
            .build());
    next = change.revision() + 1;
  }

  private static TenancyResource parse(LoggedChange change) {
    try {
      return TenancyResource.parseFrom(change.payload());
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WatchResponse progress() {
    return WatchResponse.newBuilder()
        .setProgress(Progress.newBuilder().setRevision(next - 1))
        .build();
  }

  private static WatchResponse snapshotRequired(Extent extent) {
    return WatchResponse.newBuilder()
        .setSnapshotRequired(
            SnapshotRequired.newBuilder()
                .setOldestRevision(extent.oldest())
                .setNewestRevision(extent.newest()))
        .build();
  }
}
