package dev.latchkey.keys.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The meters of the keys in use, and what was counted on them since the last flush. Meters that
 * neither a key in memory nor an open count holds are forgotten; counts never are, for they hold
 * their meter. Safe for use by many threads.
 */
@Singleton
public final class UsageMeters {
  private final Cache<UUID, KeyMeter> meters = Caffeine.newBuilder().weakValues().build();
  private final Queue<MinuteCounts> open = new ConcurrentLinkedQueue<>();

  /**
   * The meter of a key.
   *
   * @param lineage the ids of its node and of all above it
   */
  public KeyMeter of(UUID keyId, List<UUID> lineage) {
    return meters.get(keyId, id -> new KeyMeter(id, lineage, open::add));
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
