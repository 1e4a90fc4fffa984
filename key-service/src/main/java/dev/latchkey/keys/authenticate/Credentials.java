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

  /** What a credential is, if that is known without waiting; otherwise null. */
  @Nullable Lookup ifPresent(String credential) {
    if (credential.isEmpty()) {
      return Lookup.MISSING;
    }
    KeyHash hash = hash(credential);
    return hash == null ? Lookup.MALFORMED : directory.ifPresent(hash);
  }

  /** What the credential with a hash is, if that is known without waiting; otherwise null. */
  @Nullable Lookup ifPresent(KeyHash hash) {
    return directory.ifPresent(hash);
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
    if (hash != null || (operator == null && !foreignTexts.mayBe(credential))) {
      return hash;
    }
    return foreign(credential);
  }

  private @Nullable KeyHash foreign(String credential) {
    if (credential.length() > ForeignTexts.LONGEST) {
      return null;
    }
    KeyHash hash = KeyHasher.hash(Secret.of(credential));
    return hash.equals(operator) || foreignTexts.mayBe(credential) ? hash : null;
  }
}
