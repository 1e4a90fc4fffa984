package dev.latchkey.keys.usage;

import dev.latchkey.kit.net.Address;
import dev.latchkey.kit.net.FixedAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The client addresses of one key between two flushes. The first {@value #MOST} are counted apart,
 * the others not at all; counting begins anew with {@link #openAddresses}. Safe for use by many
 * threads; an address beside the first costs a look-up, a new one the key's own lock.
 *
 * <p>A class to inherit from and no field, for every decision touches it: one object less to fetch
 * from memory.
 */
abstract sealed class AddressCounts permits MinuteCounts {
  /** How many addresses are counted apart. */
  static final int MOST = 100;

  private static final long SEALED = Long.MIN_VALUE;
  private static final AtomicLongFieldUpdater<AddressCounts> OF_FIRST =
      AtomicLongFieldUpdater.newUpdater(AddressCounts.class, "ofFirst");

  /**
   * The first address is kept apart: most keys are used from one, and go on being used from it.
   * Never another once it is there, so that nobody who saw it counts for another.
   */
  private volatile @Nullable FixedAddress first;

  /** Its count; one below zero is not counted on any more. */
  @SuppressWarnings("UnusedVariable") // Counted by its updater.
  private volatile long ofFirst;

  private volatile @Nullable Map<FixedAddress, AtomicLong> others;
  private volatile @Nullable FixedAddress lastClient;
  private boolean sealed;
  private boolean firstIsGone;

  /** Looks at what a count looks at. */
  final long fetchAddress() {
    FixedAddress one = first;
    return one == null ? ofFirst : ofFirst + one.low();
  }

  /** Counts an address; false if it is too late for that. */
  @SuppressWarnings("ReferenceEquality") // The first address is one object wherever it is noted.
  final boolean add(Address client) {
    FixedAddress one = first;
    if (one == null) {
      one = firstOr(client);
      if (one == null) {
        return false;
      }
    }
    if (client.is(one)) {
      if (lastClient != one) {
        lastClient = one;
      }
      return OF_FIRST.getAndIncrement(this) >= 0;
    }
    return addToOthers(note(client));
  }

  /** The first address, which this is unless there is another; null once sealed. */
  private synchronized @Nullable FixedAddress firstOr(Address client) {
    if (first == null && !sealed) {
      first = client.fixed();
    }
    return first;
  }

  /** Remembers an address as the latest, and gives it to keep; the one there is if it is that. */
  private FixedAddress note(Address client) {
    FixedAddress last = lastClient;
    if (last == null || !client.is(last)) {
      last = client.fixed();
      lastClient = last;
    }
    return last;
  }

  private boolean addToOthers(FixedAddress client) {
    Map<FixedAddress, AtomicLong> more = others;
    AtomicLong count = more == null ? null : more.get(client);
    if (count == null) {
      if (more != null && more.size() >= MOST - 1) {
        return true;
      }
      count = ofOther(client);
    }
    return count != null && count.getAndIncrement() >= 0;
  }

  /** A place for an address beside the first, made if need be; null once sealed. */
  private synchronized @Nullable AtomicLong ofOther(FixedAddress client) {
    if (sealed) {
      return null;
    }
    Map<FixedAddress, AtomicLong> more = others;
    if (more == null) {
      more = new ConcurrentHashMap<>();
      others = more;
    }
    // A race may exceed the bound by a few.
    return more.computeIfAbsent(client, absent -> new AtomicLong());
  }

  /** Ends counting, and gives what was counted by address. */
  final Map<FixedAddress, Long> sealAddresses() {
    synchronized (this) {
      sealed = true;
    }
    Map<FixedAddress, Long> counts = new HashMap<>();
    FixedAddress one = first;
    if (one != null) {
      long count = OF_FIRST.getAndSet(this, SEALED);
      firstIsGone = count == 0;
      counts.put(one, count);
    }
    Map<FixedAddress, AtomicLong> more = others;
    if (more != null) {
      more.forEach((address, count) -> counts.put(address, count.getAndSet(SEALED)));
    }
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  /**
   * Begins to count anew after {@link #sealAddresses}, and not at the same time.
   *
   * @return false if that makes no sense, for the first address is not used any more
   */
  final synchronized boolean openAddresses() {
    if (firstIsGone) {
      return false;
    }
    others = null;
    lastClient = null;
    OF_FIRST.set(this, 0);
    sealed = false;
    return true;
  }

  /** The latest address, of those that raced any; null for none. */
  final @Nullable FixedAddress lastClient() {
    return lastClient;
  }
}
