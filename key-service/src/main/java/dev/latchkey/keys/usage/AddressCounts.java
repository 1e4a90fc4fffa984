package dev.latchkey.keys.usage;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The client addresses of one key between two flushes. The first {@value #MOST} are counted apart,
 * the others not at all; the next flush begins anew. Safe for use by many threads; an address
 * beside the last one costs a look-up, a new one the key's own lock.
 */
final class AddressCounts {
  /** How many addresses are counted apart. */
  static final int MOST = 100;

  private static final long SEALED = Long.MIN_VALUE;

  /** One address; a count below zero is not counted on any more. */
  private record Entry(InetAddress address, AtomicLong count) {}

  private final Map<InetAddress, Entry> entries = new ConcurrentHashMap<>(1);
  private volatile @Nullable Entry last;
  private volatile @Nullable InetAddress lastClient;
  private boolean sealed;

  /** Counts; false if it is too late for that. */
  boolean add(InetAddress client) {
    Entry entry = last;
    if (entry == null || !entry.address.equals(client)) {
      entry = entries.get(client);
      if (entry == null && entries.size() < MOST) {
        entry = insert(client);
        if (entry == null) {
          return false;
        }
      }
      lastClient = client;
      last = entry;
    }
    return entry == null || entry.count.getAndIncrement() >= 0;
  }

  /**
   * The entry of an address, made if need be; null once sealed. A race may exceed the bound by a
   * few.
   */
  private synchronized @Nullable Entry insert(InetAddress client) {
    return sealed
        ? null
        : entries.computeIfAbsent(client, address -> new Entry(address, new AtomicLong()));
  }

  /** Ends counting, and gives what was counted. */
  Map<InetAddress, Long> seal() {
    synchronized (this) {
      sealed = true;
    }
    Map<InetAddress, Long> counts = new HashMap<>();
    entries.forEach((address, entry) -> counts.put(address, entry.count.getAndSet(SEALED)));
    return counts;
  }

  /** The latest address, of those that raced any; null for none. */
  @Nullable InetAddress lastClient() {
    return lastClient;
  }
}
