package dev.latchkey.keys.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What is measured of following the log. */
@Singleton
class FeedMetrics {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Counter reads;
  private final Counter failures;
  private final Counter changes;
  private final Counter gaps;
  private final Timer delay;

  FeedMetrics(MeterRegistry registry, Pulses pulses) {
    reads = counter(registry, "reads", "Successful readings of the log of key changes");
    failures = counter(registry, "failures", "Failed readings of the log of key changes");
    changes = counter(registry, "changes", "Rows of the log of key changes that were applied");
    gaps = counter(registry, "gaps", "Times that everything was forgotten, for rows may be missed");
    delay =
        Timer.builder("latchkey.feed.delay")
            .description("From the writing of a change to its holding on this node")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    Gauge.builder(
            "latchkey.feed.lag", pulses.keys(), pulse -> pulse.silenceNanos() / NANOS_PER_SECOND)
        .description("Seconds since the last moment at which all key changes were known here")
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("latchkey.feed." + name).description(description).register(registry);
  }

  void read() {
    reads.increment();
  }

  void failed() {
    failures.increment();
  }

  void gap() {
    gaps.increment();
  }

  /** A row holds now. */
  void applied(long delayNanos) {
    changes.increment();
    delay.record(Duration.ofNanos(delayNanos));
  }
}
