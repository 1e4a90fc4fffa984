package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * Notes when this process did not run, although it should have: a thread that wakes every few
 * milliseconds sees it in how late it wakes. So it is where the machine stood still, or this
 * process did, through which the services reach their database. Excuses nothing; whoever looks for
 * the cause of a late answer sees whether there was one. Safe for use by many threads.
 */
final class Standstills implements AutoCloseable {
  private static final long PAUSE = Duration.ofMillis(10).toNanos();

  /** What is shorter happens on every busy machine, and explains nothing. */
  private static final long SHORTEST = Duration.ofMillis(200).toNanos();

  private static final int MOST = 100;

  private final Deque<Span> spans = new ConcurrentLinkedDeque<>();
  private volatile boolean ended;

  /** By {@link System#nanoTime}. */
  private record Span(long start, long end) {}

  /** Begins to look. */
  void start() {
    Thread.ofPlatform().daemon().name("standstills").start(this::look);
  }

  private void look() {
    long last = System.nanoTime();
    while (!ended) {
      LockSupport.parkNanos(PAUSE);
      long now = System.nanoTime();
      note(last, now);
      last = now;
    }
  }

  /** Notes that nothing ran from one moment to another, if that is long enough to matter. */
  void note(long start, long end) {
    if (end - start < SHORTEST) {
      return;
    }
    spans.add(new Span(start, end));
    if (spans.size() > MOST) {
      spans.removeFirst();
    }
  }

  /** For how long nothing ran between two moments, in nanoseconds. */
  long between(long from, long to) {
    return spans.stream()
        .mapToLong(
            span ->
                Math.max(
                    0, Math.min(span.end() - from, to - from) - Math.max(span.start() - from, 0)))
        .sum();
  }

  @Override
  public void close() {
    ended = true;
  }
}
