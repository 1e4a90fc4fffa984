package dev.latchkey.keys.authenticate;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Counts what look-ups of keys cost and come to, and shows what the node goes by. */
@Singleton
class LookupMetrics {
  /** What became of a look-up that the memory did not answer. */
  enum Outcome {
    FOUND,
    UNKNOWN,
    /** The database did not answer. */
    FAILED,
    /** Not asked: the database was known to be lost. */
    REFUSED,
    /** Not asked: too many were waiting. */
    OVERLOADED,
    /** Nobody waited for it any more. */
    DROPPED
  }

  private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
  private final LongAdder queries = new LongAdder();
  private final LongAdder readThroughs = new LongAdder();
  private final LongAdder stale = new LongAdder();

  LookupMetrics(MeterRegistry registry, TrustWindow trust) {
    for (Outcome outcome : Outcome.values()) {
      LongAdder counter = new LongAdder();
      outcomes.put(outcome, counter);
      FunctionCounter.builder("latchkey.keys.lookups", counter, LongAdder::sum)
          .description("Look-ups of keys that were not answered from memory, by outcome")
          .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    FunctionCounter.builder("latchkey.keys.lookup.queries", queries, LongAdder::sum)
        .description("Queries that look-ups of keys made, each for many of them")
        .register(registry);
    FunctionCounter.builder("latchkey.keys.read.throughs", readThroughs, LongAdder::sum)
        .description("Look-ups of the database because the memory was past the trust window")
        .register(registry);
    FunctionCounter.builder("latchkey.authenticate.stale", stale, LongAdder::sum)
        .description("Decisions on keys from memory past the trust window")
        .register(registry);
    TimeGauge.builder(
            "latchkey.keys.silence", trust, TimeUnit.NANOSECONDS, TrustWindow::silenceNanos)
        .description("How long ago the log of keys was last heard")
        .register(registry);
    for (Trust state : Trust.values()) {
      Gauge.builder("latchkey.keys.trust", trust, window -> window.state() == state ? 1 : 0)
          .description("What the node goes by: 1 for the state it is in")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  void count(Outcome outcome) {
    LongAdder counter = outcomes.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  void query() {
    queries.increment();
  }

  void readThrough() {
    readThroughs.increment();
  }

  void staleDecision() {
    stale.increment();
  }
}
