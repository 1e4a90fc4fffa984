package dev.latchkey.keys.hashing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The SHA-256 of a key's whole text: the only thing kept that a key can be known by. Four longs, so
 * that it is cheap to hash and to compare in memory. The hash of 256 random bits gives nothing
 * away, and needs neither salt nor a slow function.
 */
public record KeyHash(long a, long b, long c, long d) implements HashBits {
  /** The length of a SHA-256. */
  public static final int BYTES = 32;

  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Reads a hash from its 32 bytes. */
  public static KeyHash of(byte[] sha256) {
    if (sha256.length != BYTES) {
      throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + sha256.length);
    }
    return new KeyHash(
        (long) LONGS.get(sha256, 0),
        (long) LONGS.get(sha256, Long.BYTES),
        (long) LONGS.get(sha256, 2 * Long.BYTES),
        (long) LONGS.get(sha256, 3 * Long.BYTES));
  }

  /** Reads a hash from 64 hexadecimal digits. */
  public static KeyHash ofHex(String digits) {
    return of(HexFormat.of().parseHex(digits));
  }

  @Override
  public KeyHash fixed() {
    return this;
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /** The bits are uniform already: one long of them is as good a hash as any mix. */
  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  /** Names the type only: what a key is known by does not belong in a log. */
  @Override
  public String toString() {
    return "KeyHash";
  }
}
