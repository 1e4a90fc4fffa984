package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.keys.hashing.KeyHash;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds keys in memory in one step, or two: each hash has two places, side by side, and what found
 * neither free took one from another. Stands before a cache that finds all of them by way of five
 * objects. It grows with what is in it, so that most of its places are empty and most keys have
 * one. Safe for use by many threads; finding takes no lock.
 */
final class KeyTable {
  private static final int FEWEST_PLACES = 1_024;
  private static final int MOST_PLACES = 1 << 28;

  /** The part of it that may be taken before it grows: fuller, too many keys find no place. */
  private static final double FULLEST = 0.375;

  /** The keys in their places. Changed with the lock only. */
  private static final class Places {
    private final AtomicReferenceArray<Lookup.@Nullable Found> keys;
    private int taken;

    Places(int length) {
      this.keys = new AtomicReferenceArray<>(length);
    }

    int length() {
      return keys.length();
    }

    /** By bits of a hash that {@link KeyHash#hashCode} leaves alone. */
    private int first(HashBits hash) {
      return (int) hash.b() & (keys.length() - 1);
    }

    private static int second(int first) {
      return first ^ 1;
    }

    Lookup.@Nullable Found get(HashBits hash) {
      int first = first(hash);
      Lookup.Found there = get(first, hash);
      return there == null ? get(second(first), hash) : there;
    }

    private Lookup.@Nullable Found get(int place, HashBits hash) {
      Lookup.Found there = keys.get(place);
      return there != null && there.isOf(hash) ? there : null;
    }

    void put(Lookup.Found key) {
      KeyHash hash = key.hash();
      int first = first(hash);
      int second = second(first);
      boolean inSecond =
          get(second, hash) != null
              || (get(first, hash) == null && keys.get(first) != null && keys.get(second) == null);
      if (keys.getAndSet(inSecond ? second : first, key) == null) {
        taken++;
      }
    }

    void remove(Lookup.Found key) {
      int first = first(key.hash());
      if (keys.compareAndSet(first, key, null) || keys.compareAndSet(second(first), key, null)) {
        taken--;
      }
    }

    Places grown() {
      Places more = new Places(2 * length());
      for (int place = 0; place < length(); place++) {
        Lookup.Found key = keys.get(place);
        if (key != null) {
          more.put(key);
        }
      }
      return more;
    }
  }

  private volatile Places places = new Places(FEWEST_PLACES);

  /** The key with a hash, if it has a place; null says nothing. */
  Lookup.@Nullable Found get(HashBits hash) {
    return places.get(hash);
  }

  /** Puts a key in a place of its hash, whatever was there; instead of the one with this hash. */
  synchronized void put(Lookup.Found key) {
    if (places.taken > FULLEST * places.length() && places.length() < MOST_PLACES) {
      places = places.grown();
    }
    places.put(key);
  }

  /** Takes out the key with a hash. */
  synchronized void remove(KeyHash hash) {
    Lookup.Found there = places.get(hash);
    if (there != null) {
      places.remove(there);
    }
  }

  /** Takes out a key, if it is still this one that is there. */
  synchronized void remove(Lookup.Found key) {
    places.remove(key);
  }

  /** Takes out all. */
  synchronized void clear() {
    places = new Places(FEWEST_PLACES);
  }
}
