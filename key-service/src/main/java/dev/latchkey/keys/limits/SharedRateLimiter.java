package dev.latchkey.keys.limits;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in Redis together with the other nodes, and on this node alone while Redis is late or
 * gone. The local count then goes on with this node's part of what Redis last said was left, and
 * what was let through alone is told to Redis once it answers. No draw waits for Redis longer than
 * the timeout, and none blocks its thread.
 */
final class SharedRateLimiter implements RateLimiter {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRateLimiter.class);

  /**
   * What a node gives of its part before it has heard of Redis again: a half, for others may have
   * taken of what was left meanwhile.
   */
  private static final int CAUTION = 2;

  private final LocalRateLimiter local;
  private final RedisCounters counters;
  private final AtomicInteger nodes;
  private final RedisBreaker breaker;
  private final RedisMetrics metrics;
  private final long timeoutNanos;

  /** Held while a local count is drawn from, and while one is set. */
  private final ReadWriteLock counts = new ReentrantReadWriteLock();

  private final Lock drawing = counts.readLock();
  private final Lock sharing = counts.writeLock();
  private final ScheduledExecutorService late =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("late-limits").factory());

  /**
   * Does not begin by itself.
   *
   * @param nodes how many share what is counted, this one included; 1 while Redis is gone
   */
  SharedRateLimiter(
      LocalRateLimiter local,
      RedisCounters counters,
      AtomicInteger nodes,
      RedisBreaker breaker,
      RedisMetrics metrics,
      Duration timeout) {
    this.local = local;
    this.counters = counters;
    this.nodes = nodes;
    this.breaker = breaker;
    this.metrics = metrics;
    this.timeoutNanos = timeout.toNanos();
  }

  @Override
  public Draw draw(List<AppliedLimit> limits, long cost) {
    List<RedisCounter> drawn = counters.of(limits);
    return breaker.isClosed() ? new Asked(limits, drawn, cost).draw() : alone(limits, drawn, cost);
  }

  private Draw alone(List<AppliedLimit> limits, List<RedisCounter> drawn, long cost) {
    Draw draw = locally(limits, drawn, counter -> counter.untold(cost), cost);
    if (!(draw instanceof Draw.Taken taken)) {
      return draw;
    }
    for (int i = 0; i < drawn.size(); i++) {
      if (drawn.get(i).isHeard()) {
        drawn.get(i).tell(local.used(limits.get(i)));
      }
    }
    return new Draw.TakenFromAll(
        taken.readings(),
        () -> {
          taken.giveBack();
          drawn.forEach(counter -> counter.untold(-cost));
        });
  }

  /**
   * Draws from the local count.
   *
   * @param note called for each counter if it gives, so that the next share has this taken off
   */
  private Draw locally(
      List<AppliedLimit> limits, List<RedisCounter> drawn, Consumer<RedisCounter> note, long cost) {
    metrics.local();
    for (int i = 0; i < limits.size(); i++) {
      goOn(limits.get(i), drawn.get(i));
    }
    drawing.lock();
    try {
      Draw draw = local.draw(limits, cost);
      if (draw instanceof Draw.Taken) {
        drawn.forEach(note);
      }
      return draw;
    } finally {
      drawing.unlock();
    }
  }

  /** Sees to it that the local count goes on from what Redis last said. */
  private void goOn(AppliedLimit limit, RedisCounter counter) {
    int all = nodes.get();
    int parts = all == 1 ? 1 : CAUTION * all;
    if (counter.hasNews()) {
      sharing.lock();
      try {
        RedisCounter.Seen share = counter.takeShare(parts);
        if (share != null) {
          local.goOnFrom(limit, share);
        }
      } finally {
        sharing.unlock();
      }
    }
    if (parts > 1) {
      local.begin(limit, parts);
    }
  }

  @Override
  public void close() {
    late.shutdownNow();
  }

  /** One draw that Redis was asked for. It is settled by Redis' answer or by the local count. */
  private final class Asked {
    private final List<AppliedLimit> limits;
    private final List<RedisCounter> drawn;
    private final long cost;
    private final SharedDraw shared;
    private final CompletableFuture<Draw> answer = new CompletableFuture<>();
    private boolean settled;
    private boolean letThrough;
    private boolean undone;
    private boolean untold;

    Asked(List<AppliedLimit> limits, List<RedisCounter> drawn, long cost) {
      this.limits = limits;
      this.drawn = drawn;
      this.cost = cost;
      this.shared = new SharedDraw(drawn, cost, this::lost);
    }

    Draw draw() {
      metrics.asked();
      for (int i = 0; i < drawn.size(); i++) {
        if (drawn.get(i).hasUntold()) {
          drawn.get(i).tell(local.used(limits.get(i)));
        }
      }
      long began = System.nanoTime();
      ScheduledFuture<?> timer = late.schedule(this::late, timeoutNanos, TimeUnit.NANOSECONDS);
      var _ =
          shared
              .start()
              .whenComplete(
                  (draw, failure) -> {
                    metrics.answered(System.nanoTime() - began);
                    timer.cancel(false);
                    answered(draw, failure);
                  });
      return new Draw.Pending(answer);
    }

    private void answered(@Nullable Draw draw, @Nullable Throwable failure) {
      Draw decided;
      synchronized (this) {
        if (settled) {
          reconcile(draw, failure);
          return;
        }
        settled = true;
        decided = draw == null ? instead() : draw;
        if (draw == null) {
          reconcile(null, failure);
        }
      }
      if (draw == null) {
        LOG.debug("Redis failed", failure);
        metrics.failed();
        breaker.missed();
      } else {
        breaker.answered();
      }
      answer.complete(decided);
    }

    private void late() {
      Draw decided;
      synchronized (this) {
        if (settled) {
          return;
        }
        settled = true;
        decided = instead();
      }
      metrics.late();
      breaker.missed();
      answer.complete(decided);
    }

    /** What this node alone decides. */
    private Draw instead() {
      return switch (locally(limits, drawn, counter -> counter.letThrough(cost), cost)) {
        case Draw.Taken taken -> {
          letThrough = true;
          yield new Draw.TakenFromAll(
              taken.readings(),
              () -> {
                taken.giveBack();
                undo();
              });
        }
        case Draw.Refused refused -> {
          shared.giveBack();
          yield refused;
        }
        case Draw.Pending pending -> pending;
      };
    }

    /** Makes Redis' count agree with what was decided without its answer. */
    private void reconcile(@Nullable Draw draw, @Nullable Throwable failure) {
      if (!letThrough) {
        return;
      }
      if (draw instanceof Draw.Refused && !undone) {
        drawn.forEach(counter -> counter.charge(cost));
        return;
      }
      untold = failure != null && !undone;
      for (RedisCounter counter : drawn) {
        if (untold) {
          counter.untold(cost);
        }
        counter.answered(cost);
      }
    }

    private synchronized void undo() {
      undone = true;
      shared.giveBack();
      if (untold) {
        drawn.forEach(counter -> counter.untold(-cost));
      }
    }

    private void lost(Throwable failure) {
      metrics.notGivenBack();
      LOG.debug("a refused call stays counted in Redis", failure);
    }
  }
}
