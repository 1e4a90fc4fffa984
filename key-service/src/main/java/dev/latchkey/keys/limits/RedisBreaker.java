package dev.latchkey.keys.limits;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Redis is asked. It is not until a probe has shown that it answers in time, and no more
 * after a few late or failed answers in a row, or a tenth of them over a longer time; but not
 * before they have lasted for some time, for a pause of this process makes every call under way
 * late at once. Safe for use by many threads.
 */
final class RedisBreaker {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);

  private static final int PER_FAULT = 10;
  private static final int MOST = 5 * PER_FAULT;

  /** The log tells of a Redis that comes and goes at most once in this time. */
  private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

  private final NanoTime time;
  private final long pauseNanos;
  private final AtomicInteger faults = new AtomicInteger();
  private volatile long firstFault;
  private volatile boolean closed;
  private long toldAt;

  /** Whether the log has last told that Redis is not asked, or nothing yet. */
  private boolean toldOpen = true;

  /**
   * Open at first.
   *
   * @param pause how long late answers may go on as if they were one
   */
  RedisBreaker(NanoTime time, Duration pause) {
    this.time = time;
    this.pauseNanos = pause.toNanos();
    this.toldAt = time.now() - QUIET_NANOS;
  }

  /** Whether calls may ask Redis. */
  boolean isClosed() {
    return closed;
  }

  /** Notes an answer in time. */
  void answered() {
    // Mostly a read: with no fault there is nothing to make up for.
    if (faults.get() > 0) {
      faults.updateAndGet(now -> Math.max(0, now - 1));
    }
  }

  /** Notes an answer that failed or did not come in time. */
  void missed() {
    if (!closed) {
      return;
    }
    int before = faults.getAndUpdate(now -> Math.min(MOST, now + PER_FAULT));
    if (before == 0) {
      firstFault = time.now();
    } else if (before + PER_FAULT >= MOST && time.now() - firstFault >= pauseNanos) {
      open();
    }
  }

  private synchronized void open() {
    if (closed) {
      closed = false;
      long now = time.now();
      if (now - toldAt >= QUIET_NANOS) {
        toldAt = now;
        toldOpen = true;
        LOG.warn(
            "Redis is late or gone: rate limits are counted on this node alone until it is back");
      }
    }
  }

  /** Notes that a probe was answered in time. */
  synchronized void close() {
    if (!closed) {
      faults.set(0);
      closed = true;
      if (toldOpen) {
        toldOpen = false;
        LOG.info("Redis answers: rate limits are counted with the other nodes");
      }
    }
  }
}
