package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.format.KeyTextReader;
import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.keys.hashing.KeyHasher;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text of a credential into the hash it is looked up by. Safe for use by many threads;
 * each has its own buffers.
 */
final class CredentialHasher {
  private static final ThreadLocal<CredentialHasher> OF_THREAD =
      ThreadLocal.withInitial(CredentialHasher::new);

  private final KeyTextReader reader = new KeyTextReader();
  private final KeyHasher hasher = new KeyHasher();

  private CredentialHasher() {}

  /**
   * The hash of a text that has the shape and checksum of a key; null for any other. It holds until
   * this thread makes the next.
   */
  static @Nullable HashBits hash(String credential) {
    CredentialHasher own = OF_THREAD.get();
    int length = own.reader.read(credential);
    if (length == KeyTextReader.MALFORMED) {
      return null;
    }
    own.hasher.read(own.reader.bytes(), 0, length);
    return own.hasher;
  }

  /**
   * The same for the bytes of a text.
   *
   * @param from the place of its first byte
   * @param to the place behind its last
   */
  static @Nullable HashBits hash(byte[] credential, int from, int to) {
    CredentialHasher own = OF_THREAD.get();
    if (!own.reader.isKey(credential, from, to)) {
      return null;
    }
    own.hasher.read(credential, from, to);
    return own.hasher;
  }
}
