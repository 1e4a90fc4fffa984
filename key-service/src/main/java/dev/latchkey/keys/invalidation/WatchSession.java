package dev.latchkey.keys.invalidation;

import dev.latchkey.kit.stream.Outlet;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse.Heartbeat;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse.Invalidation;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse.Reset;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * One stream. Everything is told at once, and again after some time: an answer that was asked for
 * right after the first telling may have come from a node that had not heard yet. The position that
 * goes with each message is the one of the last telling, so that a stream that goes on elsewhere
 * repeats what may have to be repeated.
 */
final class WatchSession {
  private static final Duration HEARTBEATS = Duration.ofMillis(900);
  private static final Duration LOOKS = Duration.ofMillis(100);

  private final RecentChanges recent;
  private final Outlet<WatchInvalidationsResponse> outlet;
  private final Sight sight;
  private final BooleanSupplier upToDate;
  private final Runnable checkCaller;
  private final List<Duration> ages;
  private final long[] next;
  private WatchPosition position;

  WatchSession(
      RecentChanges recent,
      Tellings tellings,
      Outlet<WatchInvalidationsResponse> outlet,
      Sight sight,
      BooleanSupplier upToDate,
      Runnable checkCaller,
      WatchPosition start) {
    this.recent = recent;
    this.outlet = outlet;
    this.sight = sight;
    this.upToDate = upToDate;
    this.checkCaller = checkCaller;
    this.position = start;
    this.ages = tellings.ages();
    this.next = ages.stream().mapToLong(recent::since).toArray();
  }

  /**
   * Goes on until the stream ends.
   *
   * @param missed what has to be told first
   */
  void run(Changes missed) {
    Changes changes = missed;
    long told = System.nanoTime() - HEARTBEATS.toNanos();
    long checked = System.nanoTime();
    while (true) {
      Changes seen = sight.of(changes.with(take()));
      long now = System.nanoTime();
      if (now - checked >= HEARTBEATS.toNanos()) {
        checkCaller.run();
        checked = now;
      }
      if (!seen.isEmpty()) {
        outlet.send(message(seen));
        told = now;
      } else if (now - told >= HEARTBEATS.toNanos() && upToDate.getAsBoolean()) {
        outlet.send(message(seen));
        told = now;
      }
      outlet.requireOpen();
      recent.await(next[0], LOOKS);
      outlet.requireOpen();
      changes = Changes.NONE;
    }
  }

  private Changes take() {
    Changes changes = Changes.NONE;
    for (int i = 0; i < next.length; i++) {
      RecentChanges.Taken taken = recent.take(next[i], ages.get(i));
      next[i] = taken.next();
      changes = changes.with(taken.changes());
      if (i == next.length - 1) {
        position = taken.position().orElse(position);
      }
    }
    return changes;
  }

  private WatchInvalidationsResponse message(Changes changes) {
    WatchInvalidationsResponse.Builder message =
        WatchInvalidationsResponse.newBuilder().setPosition(position.toText());
    if (changes.everything()) {
      message.setReset(Reset.getDefaultInstance());
    } else if (changes.isEmpty()) {
      message.setHeartbeat(Heartbeat.getDefaultInstance());
    } else {
      Invalidation.Builder invalidation =
          Invalidation.newBuilder().setForeignKeys(changes.foreignKeys());
      changes.keys().stream().map(UUID::toString).forEach(invalidation::addKeyIds);
      changes.nodes().keySet().stream().map(UUID::toString).forEach(invalidation::addNodeIds);
      changes.users().stream().map(UUID::toString).forEach(invalidation::addUserIds);
      message.setInvalidation(invalidation);
    }
    return message.build();
  }
}
