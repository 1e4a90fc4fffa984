package dev.latchkey.keys.invalidation;

import dev.latchkey.keys.feed.FeedPosition;
import dev.latchkey.keys.feed.KeyChange;
import dev.latchkey.keys.feed.KeyFeedListener;
import dev.latchkey.keys.feed.KeyHistory;
import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.keys.tenancy.ChangedTenancy;
import dev.latchkey.keys.tenancy.TenancyListener;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this node has heard in the last seconds, of both logs, for the streams under way. Bounded:
 * who reads too late is told that something is missing. Safe for use by many threads.
 */
@Singleton
class RecentChanges implements KeyFeedListener, TenancyListener {
  /** Readings that found nothing are noted no more often. */
  private static final Duration SPACING = Duration.ofMillis(200);

  private static final int MOST_NAMED = 200_000;

  private final NanoTime time = NanoTime.SYSTEM;
  private final KeyHistory history;
  private final long keptNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long next;

  /** The latest that has changes; the others only tell how far was read. */
  private long latestNews = -1;

  private int named;
  private @Nullable FeedPosition keys;

  /** Which run of the database {@link #keys} is of; null until somebody has to know. */
  private @Nullable String run;

  private long generation = -1;
  private long revision;

  RecentChanges(KeyHistory history, Tellings tellings) {
    this.history = history;
    this.keptNanos = tellings.kept().toNanos();
  }

  /** What came at a moment, and where this node stood after it. */
  private record Entry(
      long number,
      long moment,
      Changes changes,
      FeedPosition keys,
      long generation,
      long revision) {
    WatchPosition after(String run) {
      return new WatchPosition(keys, run, generation, revision);
    }
  }

  /**
   * What a reader was given.
   *
   * @param next where to go on
   * @param position where the node stood after the last of it; empty if there was nothing
   */
  record Taken(Changes changes, long next, Optional<WatchPosition> position) {}

  @Override
  public void onRead(List<KeyChange> changes, FeedPosition position) {
    add(Changes.ofKeys(changes), () -> keys = position);
  }

  @Override
  public void onGap(FeedPosition position) {
    add(
        Changes.EVERYTHING,
        () -> {
          keys = position;
          run = null;
        });
  }

  @Override
  public void onApplied(List<TenancyResource> resources, long applied) {
    add(Changes.of(ChangedTenancy.of(resources)), () -> revision = applied);
  }

  @Override
  public void onReplaced(long newGeneration, long applied) {
    add(
        Changes.EVERYTHING,
        () -> {
          generation = newGeneration;
          revision = applied;
        });
  }

  private void add(Changes changes, Runnable move) {
    lock.lock();
    try {
      move.run();
      FeedPosition read = keys;
      if (read == null || generation < 0) {
        return;
      }
      long now = time.now();
      Entry latest = entries.peekLast();
      if (changes.isEmpty() && latest != null && now - latest.moment() < SPACING.toNanos()) {
        return;
      }
      entries.addLast(new Entry(next++, now, changes, read, generation, revision));
      named += changes.size();
      while (named > MOST_NAMED || now - entries.getFirst().moment() > keptNanos) {
        named -= entries.removeFirst().changes().size();
      }
      if (!changes.isEmpty()) {
        latestNews = entries.getLast().number();
        news.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Which run of the database is read. May ask it. */
  private String run() {
    lock.lock();
    try {
      if (run != null) {
        return run;
      }
    } finally {
      lock.unlock();
    }
    String present = history.run();
    lock.lock();
    try {
      run = present;
      return present;
    } finally {
      lock.unlock();
    }
  }

  /** Where this node stands; empty while it has not heard of both logs. */
  Optional<WatchPosition> position() {
    String present = run();
    lock.lock();
    try {
      return entries.isEmpty() ? Optional.empty() : Optional.of(entries.getLast().after(present));
    } finally {
      lock.unlock();
    }
  }

  /** The first of what has come within a time. */
  long since(Duration age) {
    long from = time.now() - age.toNanos();
    lock.lock();
    try {
      return entries.stream()
          .filter(entry -> entry.moment() - from > 0)
          .mapToLong(Entry::number)
          .findFirst()
          .orElse(next);
    } finally {
      lock.unlock();
    }
  }

  /** What has come from a number on, as far as it is this old. */
  Taken take(long from, Duration age) {
    String present = run();
    long until = time.now() - age.toNanos();
    lock.lock();
    try {
      Changes changes = Changes.NONE;
      Optional<WatchPosition> position = Optional.empty();
      long number = from;
      if (!entries.isEmpty() && from < entries.getFirst().number()) {
        changes = Changes.EVERYTHING;
        number = entries.getFirst().number();
      }
      Entry last = null;
      for (Entry entry : entries) {
        if (entry.moment() - until > 0) {
          break;
        }
        if (entry.number() >= number) {
          changes = changes.with(entry.changes());
          last = entry;
        }
      }
      if (last != null) {
        position = Optional.of(last.after(present));
        number = last.number() + 1;
      }
      return new Taken(changes, number, position);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a change has come, from a number on, or for a time, or less: its callers look again
   * in any case.
   */
  @SuppressWarnings("WaitNotInLoop")
  void await(long from, Duration limit) {
    lock.lock();
    try {
      if (latestNews < from) {
        boolean _ = news.await(limit.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Lets all who wait look again whether they still want to. */
  void nudge() {
    lock.lock();
    try {
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
