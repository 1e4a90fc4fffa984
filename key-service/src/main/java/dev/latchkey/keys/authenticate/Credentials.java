package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key behind the text of a credential. A text that is not shaped like one of ours is
 * refused at once, without a look-up, unless it is the operator's own or there are keys of other
 * systems that it may be.
 */
@Singleton
public class Credentials {
  private final KeyDirectory directory;
  private final ForeignTexts foreignTexts;
  private final @Nullable KeyHash operator;

  Credentials(KeyDirectory directory, ForeignTexts foreignTexts, KeyServiceSettings settings) {
    this.directory = directory;
    this.foreignTexts = foreignTexts;
    this.operator = settings.operatorKeyHash().orElse(null);
  }

  /**
   * The hash that a credential is looked up by; null for one that {@link #refused} is for. It holds
   * until this thread makes the next.
   */
  @Nullable HashBits hash(String credential) {
    HashBits hash = CredentialHasher.hash(credential);
    if (hash != null || (operator == null && !foreignTexts.mayBe(credential))) {
      return hash;
    }
    return foreign(credential);
  }

  /**
   * The same for the bytes of a credential in UTF-8.
   *
   * @param from the place of its first byte
   * @param to the place behind its last
   */
  @Nullable HashBits hash(byte[] credential, int from, int to) {
    HashBits hash = CredentialHasher.hash(credential, from, to);
    if (hash != null || (operator == null && !foreignTexts.arePresent())) {
      return hash;
    }
    return foreign(new String(credential, from, to - from, StandardCharsets.UTF_8));
  }

  /** What a credential without a hash is. */
  static Lookup refused(boolean isEmpty) {
    return isEmpty ? Lookup.MISSING : Lookup.MALFORMED;
  }

  /** What the credential with a hash is, if that is known without waiting; otherwise null. */
  @Nullable Lookup ifPresent(HashBits hash) {
    return directory.ifPresent(hash);
  }

  /** The same, read from the database if need be. Does not wait. */
  CompletableFuture<Lookup> find(KeyHash hash) {
    return directory.find(hash);
  }

  /** What a credential is, read from the database if need be. Does not wait. */
  CompletableFuture<Lookup> find(String credential) {
    HashBits hash = hash(credential);
    return hash == null
        ? CompletableFuture.completedFuture(refused(credential.isEmpty()))
        : find(hash.fixed());
  }

  private @Nullable KeyHash foreign(String credential) {
    if (credential.isEmpty() || credential.length() > ForeignTexts.LONGEST) {
      return null;
    }
    KeyHash hash = KeyHasher.hash(Secret.of(credential));
    return hash.equals(operator) || foreignTexts.mayBe(credential) ? hash : null;
  }
}
