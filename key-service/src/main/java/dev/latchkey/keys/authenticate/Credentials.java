package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key behind the text of a credential. A text that is not shaped like one of ours is
 * refused at once, without a look-up, unless the deployment has keys with foreign texts.
 */
@Singleton
public class Credentials {
  private static final int LONGEST_FOREIGN_TEXT = 512;

  private final KeyDirectory directory;
  private final boolean foreignTexts;

  Credentials(KeyDirectory directory, KeyServiceSettings settings) {
    this.directory = directory;
    this.foreignTexts = settings.operatorKeyHash().isPresent();
  }

  /** What a credential is, if that is known without waiting; otherwise null. */
  @Nullable Lookup ifPresent(String credential) {
    if (credential.isEmpty()) {
      return Lookup.MISSING;
    }
    KeyHash hash = hash(credential);
    return hash == null ? Lookup.MALFORMED : directory.ifPresent(hash);
  }

  /** What a credential is, read from the database if need be. Does not wait. */
  CompletableFuture<Lookup> find(String credential) {
    if (credential.isEmpty()) {
      return CompletableFuture.completedFuture(Lookup.MISSING);
    }
    KeyHash hash = hash(credential);
    return hash == null
        ? CompletableFuture.completedFuture(Lookup.MALFORMED)
        : directory.find(hash);
  }

  private @Nullable KeyHash hash(String credential) {
    KeyHash hash = CredentialHasher.hash(credential);
    return hash == null && foreignTexts && credential.length() <= LONGEST_FOREIGN_TEXT
        ? KeyHasher.hash(Secret.of(credential))
        : hash;
  }
}
