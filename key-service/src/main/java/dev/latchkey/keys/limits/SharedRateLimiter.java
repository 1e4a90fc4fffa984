package dev.latchkey.keys.limits;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in Redis together with the other nodes, and on this node alone while Redis is late or
 * gone. The local count then goes on from what Redis last said. No draw waits for Redis longer than
 * the timeout, and none blocks its thread.
 */
final class SharedRateLimiter implements RateLimiter {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRateLimiter.class);

  private final LocalRateLimiter local;
  private final RedisCounters counters;
  private final RedisBreaker breaker;
  private final RedisMetrics metrics;
  private final long timeoutNanos;
  private final ScheduledExecutorService late =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("late-limits").factory());

  SharedRateLimiter(
      LocalRateLimiter local,
      RedisCounters counters,
      RedisBreaker breaker,
      RedisMetrics metrics,
      Duration timeout) {
    this.local = local;
    this.counters = counters;
    this.breaker = breaker;
    this.metrics = metrics;
    this.timeoutNanos = timeout.toNanos();
  }

  @Override
  public Draw draw(List<AppliedLimit> limits, long cost) {
    return breaker.isClosed() ? new Asked(limits, cost).draw() : locally(limits, cost);
  }

  private Draw locally(List<AppliedLimit> limits, long cost) {
    metrics.local();
    for (AppliedLimit limit : limits) {
      RedisCounter counter = counters.ifPresent(limit);
      RedisCounter.Seen seen = counter == null ? null : counter.takeSeen();
      if (seen != null) {
        local.goOnFrom(limit, seen);
      }
    }
    return local.draw(limits, cost);
  }

  @Override
  public void close() {
    late.shutdownNow();
  }

  /** One draw that Redis was asked for, until either Redis or the local count has settled it. */
  private final class Asked {
    private final List<AppliedLimit> limits;
    private final long cost;
    private final SharedDraw shared;
    private final AtomicBoolean settled = new AtomicBoolean();
    private final CompletableFuture<Draw> answer = new CompletableFuture<>();

    Asked(List<AppliedLimit> limits, long cost) {
      this.limits = limits;
      this.cost = cost;
      this.shared = new SharedDraw(limits.stream().map(counters::of).toList(), cost, this::lost);
    }

    Draw draw() {
      metrics.asked();
      long began = System.nanoTime();
      ScheduledFuture<?> timer = late.schedule(this::late, timeoutNanos, TimeUnit.NANOSECONDS);
      var _ =
          shared
              .start()
              .whenComplete(
                  (draw, failure) -> {
                    metrics.answered(System.nanoTime() - began);
                    if (settled.compareAndSet(false, true)) {
                      timer.cancel(false);
                      settle(draw, failure);
                    }
                  });
      return new Draw.Pending(answer);
    }

    private void settle(Draw draw, Throwable failure) {
      if (failure == null) {
        breaker.answered();
        answer.complete(draw);
      } else {
        LOG.debug("Redis failed", failure);
        metrics.failed();
        breaker.missed();
        answer.complete(instead());
      }
    }

    private void late() {
      if (settled.compareAndSet(false, true)) {
        metrics.late();
        breaker.missed();
        answer.complete(instead());
      }
    }

    /**
     * What this node alone decides. A call that it lets through stays counted in Redis, where that
     * still hears of it; one that it refuses does not.
     */
    private Draw instead() {
      return switch (locally(limits, cost)) {
        case Draw.Taken taken ->
            new Draw.Taken(
                taken.readings(),
                () -> {
                  taken.giveBack();
                  shared.giveBack();
                });
        case Draw.Refused refused -> {
          shared.giveBack();
          yield refused;
        }
        case Draw.Pending pending -> pending;
      };
    }

    private void lost(Throwable failure) {
      metrics.notGivenBack();
      LOG.debug("a refused call stays counted in Redis", failure);
    }
  }
}
