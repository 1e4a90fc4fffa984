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

  /** One address, and its count; one below zero is not counted on any more. */
  private static final class Entry extends AtomicLong {
    private static final long serialVersionUID = 1;

    private final transient InetAddress address;

    Entry(InetAddress address) {
      this.address = address;
    }
  }

  /** The first address is kept apart: most keys are used from one between two flushes. */
  private volatile @Nullable Entry first;

  private volatile @Nullable Map<InetAddress, Entry> others;
  private volatile @Nullable Entry last;
  private volatile @Nullable InetAddress lastClient;
  private boolean sealed;

  /** Counts; false if it is too late for that. */
  boolean add(InetAddress client) {
    Entry entry = last;
    if (entry == null || !entry.address.equals(client)) {
      entry = find(client);
      if (entry == null && size() < MOST) {
        entry = insert(client);
        if (entry == null) {
          return false;
        }
      }
      lastClient = client;
      last = entry;
    }
    return entry == null || entry.getAndIncrement() >= 0;
  }

  private @Nullable Entry find(InetAddress client) {
    Entry one = first;
    if (one == null || one.address.equals(client)) {
      return one;
    }
    Map<InetAddress, Entry> more = others;
    return more == null ? null : more.get(client);
  }

  private int size() {
    Map<InetAddress, Entry> more = others;
    return more == null ? 1 : 1 + more.size();
  }

  /**
   * The entry of an address, made if need be; null once sealed. A race may exceed the bound by a
   * few.
   */
  private synchronized @Nullable Entry insert(InetAddress client) {
    if (sealed) {
      return null;
    }
    Entry present = find(client);
    if (present != null) {
      return present;
    }
    Entry made = new Entry(client);
    if (first == null) {
      first = made;
    } else {
      Map<InetAddress, Entry> more = others;
      if (more == null) {
        more = new ConcurrentHashMap<>();
        others = more;
      }
      more.put(client, made);
    }
    return made;
  }

  /** Ends counting, and gives what was counted. */
  Map<InetAddress, Long> seal() {
    synchronized (this) {
      sealed = true;
    }
    Map<InetAddress, Long> counts = new HashMap<>();
    Entry one = first;
    if (one != null) {
      counts.put(one.address, one.getAndSet(SEALED));
    }
    Map<InetAddress, Entry> more = others;
    if (more != null) {
      more.forEach((address, entry) -> counts.put(address, entry.getAndSet(SEALED)));
    }
    return counts;
  }

  /** The latest address, of those that raced any; null for none. */
  @Nullable InetAddress lastClient() {
    return lastClient;
  }
}
