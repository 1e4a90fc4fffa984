package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.DenialReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts decisions by outcome. Counting takes no shared lock. */
@Singleton
class DecisionMetrics {
  private static final String NAME = "latchkey.authenticate.decisions";

  private final LongAdder allowed = new LongAdder();
  private final Map<DenialReason, LongAdder> denied = new EnumMap<>(DenialReason.class);

  DecisionMetrics(MeterRegistry registry, KeyDirectory directory) {
    register(registry, "allowed", allowed);
    for (DenialReason reason : DenialReason.values()) {
      LongAdder counter = new LongAdder();
      denied.put(reason, counter);
      register(registry, reason.name().toLowerCase(Locale.ROOT), counter);
    }
    registry.gauge("latchkey.keys.cached", directory, KeyDirectory::size);
    registry.gauge("latchkey.keys.unknown.cached", directory, KeyDirectory::unknownSize);
  }

  private static void register(MeterRegistry registry, String outcome, LongAdder counter) {
    FunctionCounter.builder(NAME, counter, LongAdder::sum)
        .description("Decisions of Authenticate by outcome")
        .tag("outcome", outcome)
        .register(registry);
  }

  void allowed() {
    allowed.increment();
  }

  void denied(DenialReason reason) {
    LongAdder counter = denied.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
