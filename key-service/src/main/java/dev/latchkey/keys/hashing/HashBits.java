package dev.latchkey.keys.hashing;

/**
 * The SHA-256 of a key's whole text as four longs, from the first bits to the last. May be one that
 * changes, such as a {@link KeyHasher}; {@link #fixed} is for keeping it.
 */
public interface HashBits {
  long a();

  long b();

  long c();

  long d();

  /** The same hash for good. */
  default KeyHash fixed() {
    return new KeyHash(a(), b(), c(), d());
  }
}
