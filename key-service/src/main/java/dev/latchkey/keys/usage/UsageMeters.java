package dev.latchkey.keys.usage;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was counted on the meters of keys since the last flush. A key may have several, one
 * for each time it came into memory: what they counted is added up by key and minute when it is
 * written. Safe for use by many threads.
 */
@Singleton
public final class UsageMeters {
  /** The counts that are open, each once, as a list of {@link MinuteCounts#next}. */
  private final AtomicReference<@Nullable MinuteCounts> open = new AtomicReference<>();

  private final AtomicLong counting = new AtomicLong();

  /** Counts that were drained last, which most keys will open again. Guarded by this. */
  private List<MinuteCounts> drained = List.of();

  /** Takes counts that were opened. */
  void add(MinuteCounts counts) {
    counting.incrementAndGet();
    open.accumulateAndGet(counts, UsageMeters::chain);
  }

  private static MinuteCounts chain(@Nullable MinuteCounts others, MinuteCounts counts) {
    counts.next = others;
    return counts;
  }

  /** How many keys and minutes were counted on since the last flush. */
  long counting() {
    return counting.get();
  }

  /** Of how many keys that were drained last the counts are kept, in case they go on being used. */
  synchronized int kept() {
    return drained.size();
  }

  /** Hands out every count that is open, each once, to be taken at once. */
  synchronized void drain(Consumer<MinuteCounts> taker) {
    forgetUnused();
    List<MinuteCounts> taken = new ArrayList<>();
    MinuteCounts counts = open.getAndSet(null);
    while (counts != null) {
      // Read before it is taken: then it may be opened, and be in the list, again.
      MinuteCounts next = counts.next;
      taker.accept(counts);
      taken.add(counts);
      counts = next;
    }
    counting.addAndGet(-taken.size());
    drained = taken;
  }

  /** Forgets counts that nobody has used since they were drained: most keys are not in use. */
  synchronized void forgetUnused() {
    drained.forEach(counts -> counts.meter().forget(counts));
    drained = List.of();
  }
}
