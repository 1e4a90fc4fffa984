package dev.latchkey.keys.limits;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.tls.ClientTls;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The limiters of several nodes that share a Redis. */
final class LimitNodes implements AutoCloseable {
  /** Long, where a test is about counts: it shares its processors with others. */
  private static final Duration PATIENT = Duration.ofSeconds(10);

  private final List<RedisLimits> limiters = new ArrayList<>();
  private final List<SimpleMeterRegistry> registries = new ArrayList<>();

  LimitNodes(String url, int count) {
    this(url, count, PATIENT);
  }

  LimitNodes(String url, int count, Duration timeout) {
    this(url, count, timeout, true);
  }

  /**
   * Starts nodes.
   *
   * @param timeout how long they wait for Redis
   * @param awaited whether to wait until they all share limits, and know of each other
   */
  LimitNodes(String url, int count, Duration timeout, boolean awaited) {
    this(url, ClientTls.NONE, count, timeout, awaited);
  }

  /**
   * The same.
   *
   * @param tls for an address with TLS
   */
  LimitNodes(String url, ClientTls tls, int count, Duration timeout, boolean awaited) {
    for (int i = 0; i < count; i++) {
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      registries.add(registry);
      limiters.add(
          RedisLimits.open(
              RedisAddress.parse(Secret.of(url)),
              tls,
              timeout,
              new LocalRateLimiter(NanoTime.SYSTEM, 10_000),
              10_000,
              registry));
    }
    if (awaited) {
      awaitShared(true);
    }
  }

  RedisLimits get(int index) {
    return limiters.get(index);
  }

  List<RedisLimits> all() {
    return limiters;
  }

  /** An equal limit: each node has one of its own, which remembers what it is counted by there. */
  static AppliedLimit ofOneNode(AppliedLimit limit) {
    return new AppliedLimit(limit.limit(), limit.scope(), limit.id());
  }

  /** How many draws of 1 a new shared limit of an hour admits, asked at the nodes in turn. */
  int admitted(int amount, int attempts) {
    AppliedLimit limit =
        new AppliedLimit(
            new RateLimit("data", amount, Duration.ofHours(1), 0, true),
            AppliedLimit.Scope.NODE,
            UUID.randomUUID());
    int admitted = 0;
    for (int i = 0; i < attempts; i++) {
      RateLimiter node = limiters.get(i % limiters.size());
      if (RateLimiterContract.draw(node, 1, ofOneNode(limit)) instanceof RateLimiter.Draw.Taken) {
        admitted++;
      }
    }
    return admitted;
  }

  /** Returns once all nodes ask Redis and know how many they are, or none asks. */
  void awaitShared(boolean shared) {
    if (shared) {
      for (SimpleMeterRegistry registry : registries) {
        Conditions.await(
            "nodes that know of each other",
            () -> registry.get("latchkey.limits.redis.nodes").gauge().value() == registries.size());
      }
    }
    for (RedisLimits limiter : limiters) {
      Conditions.await("shared: " + shared, () -> limiter.isShared() == shared);
    }
  }

  /** The sum of a counter of all nodes. */
  double count(String name) {
    return registries.stream()
        .map(registry -> registry.get("latchkey.limits." + name).functionCounter())
        .mapToDouble(FunctionCounter::count)
        .sum();
  }

  /** How long Redis took on average. */
  double meanMicros() {
    return registries.stream()
        .map(registry -> registry.get("latchkey.limits.redis.latency").timer())
        .mapToDouble(timer -> timer.mean(TimeUnit.MICROSECONDS))
        .average()
        .orElse(0);
  }

  @Override
  public void close() {
    limiters.forEach(RedisLimits::close);
  }
}
