package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.format.KeyTextReader;
import dev.latchkey.keys.hashing.KeyHash;
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
  private @Nullable String last;
  private @Nullable KeyHash lastHash;

  private CredentialHasher() {}

  /** The hash of a text that has the shape and checksum of a key; null for any other. */
  static @Nullable KeyHash hash(String credential) {
    return OF_THREAD.get().hashOf(credential);
  }

  /** A key that turns out not to be in memory is hashed twice in a row. */
  @SuppressWarnings("ReferenceEquality") // The same object; equal texts are no matter of this.
  private @Nullable KeyHash hashOf(String credential) {
    if (credential != last) {
      int length = reader.read(credential);
      lastHash = length == KeyTextReader.MALFORMED ? null : hasher.hash(reader.bytes(), length);
      last = credential;
    }
    return lastHash;
  }
}
