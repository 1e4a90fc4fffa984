package dev.latchkey.keys.usage;

import dev.latchkey.keys.decision.Decision;
import java.net.InetAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the decisions on one key, each exactly once; see {@link UsageMeters}. Safe for use by many
 * threads; never waits.
 */
public final class KeyMeter {
  private static final long MINUTE_MILLIS = 60_000;
  private static final AtomicReferenceFieldUpdater<KeyMeter, @Nullable MinuteCounts> CURRENT =
      AtomicReferenceFieldUpdater.newUpdater(KeyMeter.class, MinuteCounts.class, "current");

  private final UUID keyId;
  private final List<UUID> lineage;
  private final Consumer<MinuteCounts> opened;
  private volatile @Nullable MinuteCounts current;

  KeyMeter(UUID keyId, List<UUID> lineage, Consumer<MinuteCounts> opened) {
    this.keyId = keyId;
    this.lineage = List.copyOf(lineage);
    this.opened = opened;
  }

  UUID keyId() {
    return keyId;
  }

  /** The ids of the key's node and of all above it, which never change. */
  List<UUID> lineage() {
    return lineage;
  }

  /**
   * Counts a decision on the key.
   *
   * @param client where the request came from; null where that is not known
   * @param now milliseconds since the epoch
   */
  public void count(Decision decision, @Nullable InetAddress client, long now) {
    long minute = Math.floorDiv(now, MINUTE_MILLIS);
    int outcome = Outcomes.of(decision);
    MinuteCounts counts = current;
    if (counts == null || counts.minute() != minute) {
      counts = renew(counts, minute);
    }
    while (!counts.add(outcome)) {
      counts = renew(counts, minute);
    }
    if (client != null) {
      while (!counts.add(client)) {
        counts = renew(counts, minute);
      }
    }
  }

  /** Whether nothing was counted on it since what it had counted was last taken. */
  public boolean isIdle() {
    return current == null;
  }

  /** Keeps counts no longer that were sealed: most keys are not used every minute. */
  void forget(MinuteCounts sealed) {
    CURRENT.compareAndSet(this, sealed, null);
  }

  /** Other counts than those that are spent, for a minute. Whoever puts them in place tells. */
  private MinuteCounts renew(@Nullable MinuteCounts spent, long minute) {
    MinuteCounts next = new MinuteCounts(this, minute);
    MinuteCounts seen = spent;
    while (!CURRENT.compareAndSet(this, seen, next)) {
      seen = current;
      if (seen != null && seen.minute() == minute && !seen.equals(spent)) {
        return seen;
      }
    }
    opened.accept(next);
    return next;
  }
}
