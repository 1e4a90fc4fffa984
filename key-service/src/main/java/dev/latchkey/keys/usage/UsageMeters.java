package dev.latchkey.keys.usage;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Makes the meters of keys, and holds what was counted on them since the last flush. A key may have
 * several, one for each time it came into memory: what they counted is added up by key and minute
 * when it is written. Safe for use by many threads.
 */
@Singleton
public final class UsageMeters {
  private final Queue<MinuteCounts> open = new ConcurrentLinkedQueue<>();
  private final Consumer<MinuteCounts> opened = open::add;

  /**
   * A meter of a key.
   *
   * @param lineage the ids of its node and of all above it
   */
  public KeyMeter of(UUID keyId, List<UUID> lineage) {
    return new KeyMeter(keyId, lineage, opened);
  }

  /** How many keys and minutes were counted on since the last flush. Takes longer the more. */
  int counting() {
    return open.size();
  }

  /** Hands out every count that is open, each once. They are still to be sealed. */
  void drain(Consumer<MinuteCounts> taker) {
    // No more than there are now: under load new ones come as fast as they are taken.
    for (int left = open.size(); left > 0; left--) {
      MinuteCounts counts = open.poll();
      if (counts == null) {
        return;
      }
      taker.accept(counts);
    }
  }
}
