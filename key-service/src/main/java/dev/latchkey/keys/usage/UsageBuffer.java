package dev.latchkey.keys.usage;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was counted and is not in the database yet, oldest first and bounded. While the database is
 * away it grows to {@code most} keys and minutes; then minutes are merged into the first of their
 * hour, then of their day, and only if even that is too much the oldest are dropped. For one thread
 * at a time.
 */
final class UsageBuffer {
  private static final Logger LOG = LoggerFactory.getLogger(UsageBuffer.class);
  private static final long HOUR = 60;
  private static final long DAY = 24 * HOUR;

  /** The place of a tally. */
  private record Place(long minute, UUID keyId) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byMinute = Long.compare(minute, other.minute);
      return byMinute != 0 ? byMinute : keyId.compareTo(other.keyId);
    }
  }

  private final int most;
  private TreeMap<Place, Tally> tallies = new TreeMap<>();
  private long dropped;

  UsageBuffer(int most) {
    this.most = most;
  }

  /** Seals counts and takes what they hold. */
  void add(MinuteCounts counts) {
    KeyMeter meter = counts.meter();
    at(meter.id(), meter.lineage(), counts.minute()).take(counts);
  }

  private Tally at(UUID keyId, List<UUID> lineage, long minute) {
    return tallies.computeIfAbsent(
        new Place(minute, keyId), place -> new Tally(keyId, lineage, minute));
  }

  /** Keeps the bound. */
  void limit() {
    if (tallies.size() <= most) {
      return;
    }
    LOG.warn("usage of more than {} keys and minutes waits to be written; merging hours", most);
    merge(HOUR);
    if (tallies.size() > most) {
      LOG.warn("that is still too much; merging days and forgetting client addresses");
      merge(DAY);
      tallies.values().forEach(Tally::dropAddresses);
    }
    drop();
  }

  private void merge(long minutes) {
    TreeMap<Place, Tally> finer = tallies;
    tallies = new TreeMap<>();
    for (Tally tally : finer.values()) {
      long first = tally.minute() - Math.floorMod(tally.minute(), minutes);
      at(tally.keyId(), tally.lineage(), first).add(tally);
    }
  }

  private void drop() {
    long lost = 0;
    while (tallies.size() > most) {
      lost += tallies.pollFirstEntry().getValue().sum();
    }
    if (lost > 0) {
      dropped += lost;
      LOG.error("{} decisions are dropped from usage: too many keys wait to be written", lost);
    }
  }

  /** Takes the oldest tallies out, up to a number. */
  List<Tally> take(int atMost) {
    List<Tally> taken = new ArrayList<>();
    Iterator<Map.Entry<Place, Tally>> entries = tallies.entrySet().iterator();
    while (taken.size() < atMost && entries.hasNext()) {
      taken.add(entries.next().getValue());
      entries.remove();
    }
    return taken;
  }

  /** How many keys and minutes wait. */
  int size() {
    return tallies.size();
  }

  /** How many decisions were dropped. */
  long dropped() {
    return dropped;
  }
}
