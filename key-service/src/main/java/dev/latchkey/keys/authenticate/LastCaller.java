package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.kit.secret.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The hash of the credential that the last caller on this thread proved itself with. Callers of
 * Authenticate are few and send the same credential with every call, and to compare it costs less
 * than to hash it. What the credential is worth is looked up and decided for each call all the
 * same. For one thread.
 */
final class LastCaller {
  private static final ThreadLocal<LastCaller> OF_THREAD = ThreadLocal.withInitial(LastCaller::new);

  private Secret credential = Secret.of("");
  private @Nullable KeyHash hash;

  private LastCaller() {}

  /** The hash of what stands behind a scheme in a header; null if it is not shaped like a key. */
  static @Nullable KeyHash hash(String authorization, int from) {
    return OF_THREAD.get().hashOf(authorization, from);
  }

  private @Nullable KeyHash hashOf(String authorization, int from) {
    if (hash != null && isSame(credential.reveal(), authorization, from)) {
      return hash;
    }
    String text = authorization.substring(from);
    HashBits made = CredentialHasher.hash(text);
    if (made == null) {
      return null;
    }
    credential = Secret.of(text);
    hash = made.fixed();
    return hash;
  }

  /** Takes as long wherever the texts differ. */
  private static boolean isSame(String known, String text, int from) {
    int length = known.length();
    if (text.length() - from != length) {
      return false;
    }
    int different = 0;
    for (int i = 0; i < length; i++) {
      different |= known.charAt(i) ^ text.charAt(from + i);
    }
    return different == 0;
  }
}
