package dev.latchkey.keys.limits;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RedisServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Two nodes that share limits, asked in turns. */
final class RedisLimitsContractTest extends RateLimiterContract {
  private static RedisServer redis;
  private static LimitNodes nodes;

  private final AtomicInteger turn = new AtomicInteger();

  @BeforeAll
  static void start() {
    redis = new RedisServer();
    nodes = new LimitNodes(redis.url(), 2);
  }

  @AfterAll
  static void stop() {
    nodes.close();
    redis.close();
  }

  @Override
  RateLimiter limiter() {
    return nodes.get(turn.getAndIncrement() % 2);
  }

  @Override
  void advance(Duration by) {
    long end = System.nanoTime() + by.toNanos();
    Conditions.await(by + " to pass", () -> System.nanoTime() >= end);
  }
}
