package dev.latchkey.keys.limits;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what comes of asking Redis. Counting takes no shared lock. */
final class RedisMetrics {
  private static final String PREFIX = "latchkey.limits.";

  private final LongAdder asked = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder local = new LongAdder();
  private final LongAdder notGivenBack = new LongAdder();
  private final Timer latency;

  RedisMetrics(MeterRegistry registry, RedisBreaker breaker, AtomicInteger nodes) {
    register(registry, "redis.calls", asked, "Decisions that asked Redis");
    register(registry, "redis.late", late, "Decisions that Redis answered too late");
    register(registry, "redis.failed", failed, "Decisions that Redis failed to answer");
    register(registry, "local.decisions", local, "Decisions on local limits, with Redis set");
    register(registry, "redis.lost", notGivenBack, "Refused calls that Redis still counts");
    Gauge.builder(PREFIX + "redis.open", breaker, of -> of.isClosed() ? 0 : 1)
        .description("1 while Redis is not asked, because it is late or gone")
        .register(registry);
    Gauge.builder(PREFIX + "redis.nodes", nodes, AtomicInteger::get)
        .description("How many nodes share limits, as this one last heard")
        .register(registry);
    latency =
        Timer.builder(PREFIX + "redis.latency")
            .description("How long Redis takes for a decision, late answers included")
            .register(registry);
  }

  private static void register(
      MeterRegistry registry, String name, LongAdder counter, String description) {
    FunctionCounter.builder(PREFIX + name, counter, LongAdder::sum)
        .description(description)
        .register(registry);
  }

  void asked() {
    asked.increment();
  }

  void answered(long nanos) {
    latency.record(nanos, TimeUnit.NANOSECONDS);
  }

  void late() {
    late.increment();
  }

  void failed() {
    failed.increment();
  }

  void local() {
    local.increment();
  }

  void notGivenBack() {
    notGivenBack.increment();
  }

  /** How many decisions were made on local limits. */
  long localDecisions() {
    return local.sum();
  }
}
