package dev.latchkey.keys.limits;

import dev.latchkey.kit.runtime.PeriodicTask;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the connection to Redis, on a thread of its own: connects, sets the clock, finds out
 * when Redis is back in time, and gives up a connection on which nothing comes any more.
 */
final class RedisProbe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisProbe.class);

  private static final int MOST_IN_VAIN = 5;
  private static final long CONNECT_PAUSE_MILLIS = 5;

  private final RedisLink link;
  private final RedisClock clock;
  private final RedisBreaker breaker;
  private final RedisCounters counters;
  private final NanoTime time;
  private final Duration timeout;
  private int inVain;
  private final PeriodicTask task;

  /**
   * Starts.
   *
   * @param pause between two looks
   * @param timeout how soon Redis must answer to be asked again
   * @param patience how long this waits for a first answer before it returns without
   */
  RedisProbe(
      RedisLink link,
      RedisClock clock,
      RedisBreaker breaker,
      RedisCounters counters,
      NanoTime time,
      Duration pause,
      Duration timeout,
      Duration patience) {
    this.link = link;
    this.clock = clock;
    this.breaker = breaker;
    this.counters = counters;
    this.time = time;
    this.timeout = timeout;
    long end = System.nanoTime() + patience.toNanos();
    try {
      do {
        round();
        Thread.sleep(CONNECT_PAUSE_MILLIS);
      } while (!breaker.isClosed() && System.nanoTime() < end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inVain = 0;
    if (!breaker.isClosed()) {
      LOG.warn("Redis does not answer: rate limits are counted on this node alone until it does");
    }
    this.task = PeriodicTask.start("redis-probe", pause, this::look);
  }

  private void look() {
    try {
      round();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws InterruptedException {
    link.connect();
    long before = time.now();
    try {
      long shown = link.probe().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      clock.looked(before, time.now(), shown);
      inVain = 0;
      breaker.close();
    } catch (ExecutionException | TimeoutException failure) {
      LOG.debug("Redis did not answer the probe", failure);
      if (++inVain >= MOST_IN_VAIN) {
        inVain = 0;
        link.drop();
        counters.forget();
      }
    }
  }

  @Override
  public void close() {
    task.close();
  }
}
