package dev.latchkey.keys.limits;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Redis is asked. It is not until a probe has shown that it answers in time, and no more
 * after a few late or failed answers in a row, or a tenth of them over a longer time. Safe for use
 * by many threads.
 */
final class RedisBreaker {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);

  private static final int PER_FAULT = 10;
  private static final int MOST = 5 * PER_FAULT;

  private final AtomicInteger faults = new AtomicInteger();
  private volatile boolean closed;

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
    if (closed && faults.addAndGet(PER_FAULT) >= MOST) {
      open();
    }
  }

  private synchronized void open() {
    if (closed) {
      closed = false;
      LOG.warn(
          "Redis is late or gone: rate limits are counted on this node alone until it is back");
    }
  }

  /** Notes that a probe was answered in time. */
  synchronized void close() {
    if (!closed) {
      faults.set(0);
      closed = true;
      LOG.info("Redis answers: rate limits are counted with the other nodes");
    }
  }
}
