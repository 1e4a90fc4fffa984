package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.tls.ClientTls;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limiter that shares its counts through Redis, with all that keeps it going. */
final class RedisLimits implements RateLimiter {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLimits.class);

  /** As many timeouts make a pause of this process an outage of Redis. */
  private static final int TIMEOUTS_OF_OUTAGE = 4;

  /** So that a node which starts beside a healthy Redis counts with the others from its start. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);

  private static final int WARM_UP_DRAWS = 20;

  private final RedisLink link;
  private final RedisBreaker breaker;
  private final SharedRateLimiter limiter;
  private final RedisProbe probe;

  private RedisLimits(
      RedisLink link, RedisBreaker breaker, SharedRateLimiter limiter, RedisProbe probe) {
    this.link = link;
    this.breaker = breaker;
    this.limiter = limiter;
    this.probe = probe;
  }

  /**
   * Connects; a Redis that does not answer is asked again later.
   *
   * @param tls for an address with TLS
   * @param timeout how long a draw waits for Redis
   * @param local counts while Redis does not answer
   * @param counters how many counters are kept at most
   */
  static RedisLimits open(
      RedisAddress address,
      ClientTls tls,
      Duration timeout,
      LocalRateLimiter local,
      long counters,
      MeterRegistry registry) {
    RedisLink link = new RedisLink(address, tls);
    RedisClock clock = new RedisClock(NanoTime.SYSTEM);
    RedisBreaker breaker =
        new RedisBreaker(NanoTime.SYSTEM, timeout.multipliedBy(TIMEOUTS_OF_OUTAGE));
    AtomicInteger nodes = new AtomicInteger(1);
    RedisCounters shared = new RedisCounters(link.calls(), clock, NanoTime.SYSTEM, counters);
    SharedRateLimiter limiter =
        new SharedRateLimiter(
            local, shared, nodes, breaker, new RedisMetrics(registry, breaker, nodes), timeout);
    RedisProbe probe =
        new RedisProbe(link, clock, breaker, shared, nodes, NanoTime.SYSTEM, timeout, FIRST_ANSWER);
    if (breaker.isClosed()) {
      warmUp(shared);
    }
    return new RedisLimits(link, breaker, limiter, probe);
  }

  /** Draws from a counter of no meaning: the first draws of a process are slow. */
  private static void warmUp(RedisCounters counters) {
    AppliedLimit scratch =
        new AppliedLimit(
            new RateLimit("warm-up", WARM_UP_DRAWS / 2, Duration.ofSeconds(1), 0, false),
            AppliedLimit.Scope.KEY,
            UUID.randomUUID());
    try {
      for (int i = 0; i < WARM_UP_DRAWS; i++) {
        var _ =
            new SharedDraw(List.of(counters.of(scratch)), 1, lost -> {})
                .start()
                .get(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Redis did not answer while warming up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Draw draw(List<AppliedLimit> limits, long cost) {
    return limiter.draw(limits, cost);
  }

  /** Whether Redis is asked at the moment. */
  boolean isShared() {
    return breaker.isClosed();
  }

  @Override
  public void close() {
    probe.close();
    link.close();
    limiter.close();
  }
}
