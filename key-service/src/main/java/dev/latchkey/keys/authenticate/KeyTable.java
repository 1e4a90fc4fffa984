package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.hashing.KeyHash;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds keys in memory in one step: each hash has one place, and what was put there last is there.
 * Stands before a cache that finds all of them by way of five objects; has places for twice as many
 * keys as that, so that most of them are alone in theirs. Safe for use by many threads; takes no
 * lock.
 */
final class KeyTable {
  private static final int PLACES_PER_KEY = 2;
  private static final int MOST_PLACES = 1 << 28;

  private final AtomicReferenceArray<Lookup.@Nullable Found> places;
  private final long mask;

  /**
   * @param keys how many there are at most, at least 1
   */
  KeyTable(int keys) {
    long wanted = Math.min((long) PLACES_PER_KEY * keys, MOST_PLACES);
    int size = (int) Long.highestOneBit(2 * wanted - 1);
    this.places = new AtomicReferenceArray<>(size);
    this.mask = size - 1L;
  }

  /** The key with a hash, if it is in its place; null says nothing. */
  Lookup.@Nullable Found get(KeyHash hash) {
    Lookup.Found there = places.get(place(hash));
    return there != null && there.isOf(hash) ? there : null;
  }

  /** Puts a key in its place, whatever was there. */
  void put(Lookup.Found key) {
    places.set(place(key.hash()), key);
  }

  /** Takes out the key with a hash. */
  void remove(KeyHash hash) {
    Lookup.Found there = get(hash);
    if (there != null) {
      remove(there);
    }
  }

  /** Takes out a key, if it is still this one that is there. */
  void remove(Lookup.Found key) {
    places.compareAndSet(place(key.hash()), key, null);
  }

  /** Takes out all. */
  void clear() {
    for (int place = 0; place < places.length(); place++) {
      places.set(place, null);
    }
  }

  /** Of the bits of a hash that {@link KeyHash#hashCode} leaves alone. */
  private int place(KeyHash hash) {
    return (int) (hash.b() & mask);
  }
}
