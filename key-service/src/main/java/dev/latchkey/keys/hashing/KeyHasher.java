package dev.latchkey.keys.hashing;

import dev.latchkey.kit.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hashes the texts of keys with SHA-256, and is the hash it made last. For one thread; reuses its
 * digest.
 */
public final class KeyHasher implements HashBits {
  private final MessageDigest digest = sha256();
  private final byte[] result = new byte[KeyHash.BYTES];

  /**
   * Makes the hash of some bytes.
   *
   * @param from the place of the first
   * @param to the place behind the last
   */
  public void read(byte[] text, int from, int to) {
    try {
      digest.update(text, from, to - from);
      int _ = digest.digest(result, 0, result.length);
    } catch (DigestException e) {
      throw new IllegalStateException("the buffer holds exactly one SHA-256", e);
    }
  }

  @Override
  public long a() {
    return bits(0);
  }

  @Override
  public long b() {
    return bits(1);
  }

  @Override
  public long c() {
    return bits(2);
  }

  @Override
  public long d() {
    return bits(3);
  }

  private long bits(int place) {
    return (long) KeyHash.LONGS.get(result, place * Long.BYTES);
  }

  /** The hash of a whole text. */
  public static KeyHash hash(Secret secret) {
    return KeyHash.of(sha256().digest(secret.reveal().getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
