package dev.latchkey.keys.limits;

import dev.latchkey.kit.runtime.PeriodicTask;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the connection to Redis, on a thread of its own: connects, sets the clock, learns how
 * many nodes there are, finds out when Redis is back in time, and gives up a connection on which
 * nothing comes any more.
 */
final class RedisProbe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisProbe.class);

  /** Between two looks while Redis is not asked: it is to be found within a second. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Between two looks while it is. */
  private static final Duration PAUSE_WHILE_WELL = Duration.ofSeconds(1);

  /** After so long without any answer, late ones included, Redis is gone. */
  private static final Duration GONE = Duration.ofSeconds(1);

  private static final long CONNECT_PAUSE_MILLIS = 5;

  private final RedisLink link;
  private final RedisClock clock;
  private final RedisBreaker breaker;
  private final RedisCounters counters;
  private final AtomicInteger nodes;
  private final NanoTime time;
  private final Duration timeout;
  private long lastLook;
  private volatile long lastHeard;
  private final PeriodicTask task;

  /**
   * Starts.
   *
   * @param nodes set to how many nodes there are
   * @param timeout how soon Redis must answer to be asked again
   * @param patience how long this waits for a first answer before it returns without
   */
  RedisProbe(
      RedisLink link,
      RedisClock clock,
      RedisBreaker breaker,
      RedisCounters counters,
      AtomicInteger nodes,
      NanoTime time,
      Duration timeout,
      Duration patience) {
    this.link = link;
    this.clock = clock;
    this.breaker = breaker;
    this.counters = counters;
    this.nodes = nodes;
    this.time = time;
    this.timeout = timeout;
    this.lastHeard = time.now();
    long end = System.nanoTime() + patience.toNanos();
    try {
      do {
        round();
        Thread.sleep(CONNECT_PAUSE_MILLIS);
      } while (!breaker.isClosed() && System.nanoTime() < end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!breaker.isClosed()) {
      LOG.warn("Redis does not answer: rate limits are counted on this node alone until it does");
    }
    this.task = PeriodicTask.start("redis-probe", PAUSE, this::look);
  }

  private void look() {
    if (breaker.isClosed() && time.now() - lastLook < PAUSE_WHILE_WELL.toNanos()) {
      return;
    }
    try {
      round();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws InterruptedException {
    link.connect();
    long before = time.now();
    lastLook = before;
    CompletableFuture<RedisLink.Probed> asked = link.probe();
    var _ = asked.thenAccept(shown -> heard(before, shown));
    try {
      var _ = asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      breaker.close();
    } catch (ExecutionException | TimeoutException failure) {
      LOG.debug("Redis did not answer the probe", failure);
      if (time.now() - lastHeard > GONE.toNanos()) {
        giveUp();
      }
    }
  }

  private void heard(long before, RedisLink.Probed shown) {
    long now = time.now();
    clock.looked(before, now, shown.nanos());
    nodes.set(Math.max(1, shown.nodes()));
    lastHeard = now;
  }

  /** From here each node counts alone, with all that it knows to be left. */
  private void giveUp() {
    lastHeard = time.now();
    nodes.set(1);
    if (link.drop()) {
      counters.renew();
    }
  }

  @Override
  public void close() {
    task.close();
  }
}
