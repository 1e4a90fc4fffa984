package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Steady load: so many calls a second, whether or not the ones before were answered, from several
 * clients in turn. A client goes round its nodes and asks another one when a node cannot be reached
 * or makes no decision (UNAVAILABLE, 503), each once. Latency counts from when a call was due.
 * Calls under way are bounded; what would be more counts as failed. Every answer is judged by the
 * {@link Truth}. Safe for use by many threads.
 */
public final class Traffic implements AutoCloseable {
  private static final int MOST_UNDER_WAY = 5_000;
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);
  private static final Duration LONGEST_STEP = Duration.ofMillis(2);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS);

  private final Truth truth;
  private final List<List<Asker>> clients;
  private final int callsPerSecond;
  private final Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();
  private final LongAdder ended = new LongAdder();
  private final LongAdder denied = new LongAdder();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicLong lastFailure = new AtomicLong(System.nanoTime());
  private final Thread pacer = new Thread(this::pace, "traffic");
  private volatile boolean ending;
  private long cutAt = System.nanoTime();

  /**
   * Load that begins with {@link #start}.
   *
   * @param clients for each client the nodes it goes round
   */
  Traffic(Truth truth, List<List<Asker>> clients, int callsPerSecond) {
    this.truth = truth;
    this.clients = List.copyOf(clients);
    this.callsPerSecond = callsPerSecond;
  }

  void start() {
    pacer.start();
  }

  private void pace() {
    long start = System.nanoTime();
    long sent = 0;
    while (!ending) {
      long due = (long) ((System.nanoTime() - start) / 1e9 * callsPerSecond);
      for (; sent < due; sent++) {
        call(start + (long) (sent * 1e9 / callsPerSecond));
      }
      LockSupport.parkNanos(LONGEST_STEP.toNanos());
    }
  }

  private void call(long due) {
    if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
      underWay.decrementAndGet();
      fail("too many under way", due);
      return;
    }
    int turn = turns.getAndIncrement();
    List<Asker> nodes = clients.get(Math.floorMod(turn, clients.size()));
    attempt(nodes, Math.floorDiv(turn, clients.size()), 0, truth.pick(), due);
  }

  private void attempt(List<Asker> nodes, int first, int attempt, TrackedKey key, long due) {
    Asker node = nodes.get(Math.floorMod(first + attempt, nodes.size()));
    Expectation expected = key.expectation();
    long began = System.nanoTime();
    var _ =
        node.ask(key.secret())
            .whenComplete(
                (answer, failure) -> {
                  CallAnswer given =
                      failure == null
                          ? answer
                          : new CallAnswer.Failed(failure.getClass().getSimpleName(), false);
                  truth.judge(key, expected, began, given, node.name());
                  if (given instanceof CallAnswer.Failed(_, var elsewhere)
                      && elsewhere
                      && attempt + 1 < nodes.size()
                      && !ending) {
                    LATER.execute(() -> attempt(nodes, first, attempt + 1, key, due));
                  } else {
                    end(given, due);
                  }
                });
  }

  private void end(CallAnswer answer, long due) {
    underWay.decrementAndGet();
    switch (answer) {
      case CallAnswer.Allowed() -> decided(due);
      case CallAnswer.Denied(_) -> {
        denied.increment();
        decided(due);
      }
      case CallAnswer.Failed(var kind, _) -> fail(kind, due);
    }
  }

  private void decided(long due) {
    ended.increment();
    latencies.recordValue(Math.max(0, System.nanoTime() - due));
  }

  private void fail(String kind, long due) {
    ended.increment();
    failed.computeIfAbsent(kind, any -> new LongAdder()).increment();
    lastFailure.accumulateAndGet(due, (one, other) -> one - other > 0 ? one : other);
  }

  /** What was shown since the last time this was called. */
  public synchronized Figures cut() {
    long now = System.nanoTime();
    Duration length = Duration.ofNanos(now - cutAt);
    cutAt = now;
    Map<String, Long> kinds = new TreeMap<>();
    failed.forEach(
        (kind, count) -> {
          long sum = count.sumThenReset();
          if (sum > 0) {
            kinds.put(kind, sum);
          }
        });
    Histogram histogram = latencies.getIntervalHistogram();
    return new Figures(
        length,
        ended.sumThenReset(),
        kinds,
        denied.sumThenReset(),
        Duration.ofNanos(histogram.getValueAtPercentile(99)));
  }

  /** Lets so much time pass and tells what it has shown. */
  public Figures measure(Duration time) {
    var _ = cut();
    pause(time);
    return cut();
  }

  /** Lets so much time pass under load. */
  public void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** When the last call that failed was due, by {@link System#nanoTime}. */
  public long lastFailure() {
    return lastFailure.get();
  }

  @Override
  public void close() {
    ending = true;
    try {
      pacer.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clients.forEach(nodes -> nodes.forEach(Asker::close));
  }
}
