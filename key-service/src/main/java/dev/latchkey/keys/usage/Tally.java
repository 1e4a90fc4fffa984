package dev.latchkey.keys.usage;

import dev.latchkey.kit.net.FixedAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Counts of one key and minute on their way to the database. For one thread at a time. */
final class Tally {
  private final UUID keyId;
  private final List<UUID> lineage;
  private final long minute;
  private final long[] counts = new long[Outcomes.COUNT];

  /** Never changed in place: that of most is one address, in a map that takes little memory. */
  private Map<FixedAddress, Long> addresses = Map.of();

  private long lastMinute;
  private @Nullable FixedAddress lastClient;

  Tally(UUID keyId, List<UUID> lineage, long minute) {
    this.keyId = keyId;
    this.lineage = lineage;
    this.minute = minute;
    this.lastMinute = minute;
  }

  /** Seals counts and takes what they hold. */
  void take(MinuteCounts sealed) {
    add(sealed.sealOutcomes());
    add(sealed.sealAddresses());
    note(sealed.minute(), sealed.lastClient());
    sealed.taken();
  }

  /** Adds the counts of another minute. */
  void add(Tally other) {
    add(other.counts);
    add(other.addresses);
    note(other.lastMinute, other.lastClient);
  }

  private void add(long[] more) {
    for (int outcome = 0; outcome < counts.length; outcome++) {
      counts[outcome] += more[outcome];
    }
  }

  private void add(Map<FixedAddress, Long> more) {
    if (addresses.isEmpty() && more.size() <= AddressCounts.MOST) {
      addresses = Map.copyOf(more);
      return;
    }
    Map<FixedAddress, Long> sums = new HashMap<>(addresses);
    more.forEach(
        (address, count) -> {
          if (sums.size() < AddressCounts.MOST || sums.containsKey(address)) {
            sums.merge(address, count, Long::sum);
          }
        });
    addresses = Map.copyOf(sums);
  }

  private void note(long usedMinute, @Nullable FixedAddress client) {
    if (usedMinute >= lastMinute && client != null) {
      lastClient = client;
    }
    lastMinute = Math.max(lastMinute, usedMinute);
  }

  /** Forgets the addresses, to save memory. */
  void dropAddresses() {
    addresses = Map.of();
  }

  UUID keyId() {
    return keyId;
  }

  List<UUID> lineage() {
    return lineage;
  }

  long minute() {
    return minute;
  }

  long[] counts() {
    return counts;
  }

  Map<FixedAddress, Long> addresses() {
    return addresses;
  }

  long lastMinute() {
    return lastMinute;
  }

  @Nullable FixedAddress lastClient() {
    return lastClient;
  }

  /** How many decisions it holds. */
  long sum() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
