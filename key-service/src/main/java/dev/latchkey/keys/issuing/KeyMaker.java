package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.keys.store.Binding;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes new keys: text, hash and record. Stores nothing. */
@Singleton
public class KeyMaker {
  private final Uuid7 ids;
  private final SecureRandom random;
  private final InstantSource clock;

  KeyMaker(Uuid7 ids, SecureRandom random, InstantSource clock) {
    this.ids = ids;
    this.random = random;
    this.clock = clock;
  }

  /** The present, in the precision that is stored. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** A new text in a format. */
  public KeyText text(KeyFormat format, Mode mode, Optional<String> environmentSlug) {
    return KeyText.create(format, mode, environmentSlug, random);
  }

  /** What a key is known by, and what is shown of its text. */
  private record Face(KeyHash hash, boolean imported, String prefix, String lastCharacters) {
    static Face of(KeyHash hash, KeyText text) {
      return new Face(hash, false, text.prefix(), text.lastCharacters());
    }
  }

  /** What a new key may do, where and when: what its successors take over from it. */
  private record Terms(
      String name,
      Mode mode,
      List<String> scopes,
      List<String> roles,
      Map<String, String> metadata,
      AllowedNetworks allowedNetworks,
      ResourceGrants resources,
      List<RateLimit> rateLimits,
      @Nullable Instant notBefore,
      @Nullable Instant expireTime) {
    static Terms of(KeyDraft draft) {
      return new Terms(
          draft.name(),
          draft.mode(),
          draft.scopes(),
          draft.roles(),
          draft.metadata(),
          draft.allowedNetworks(),
          draft.resources(),
          draft.rateLimits(),
          draft.notBefore(),
          draft.expireTime());
    }

    static Terms of(StoredKey key) {
      return new Terms(
          key.name(),
          key.mode(),
          key.scopes(),
          key.roles(),
          key.metadata(),
          key.allowedNetworks(),
          key.resources(),
          key.rateLimits(),
          key.notBefore(),
          key.expireTime());
    }

    static Terms ofPlatform(String name, List<String> scopes) {
      return new Terms(
          name,
          Mode.LIVE,
          scopes,
          List.of(),
          Map.of(),
          AllowedNetworks.ALL,
          ResourceGrants.ALL,
          List.of(),
          null,
          null);
    }
  }

  /** Where a new key comes from: all null for one that nobody has asked for. */
  private record Origin(
      @Nullable UUID ownerUserId, @Nullable UUID predecessor, @Nullable UUID creator) {}

  /** A new key for a draft. */
  StoredKey key(
      KeyDraft draft, KeyText text, Binding binding, @Nullable UUID ownerUserId, UUID creator) {
    return key(
        Face.of(KeyHasher.hash(text.secret()), text),
        binding,
        Terms.of(draft),
        new Origin(ownerUserId, null, creator));
  }

  /** A key of another system, to be known by its hash. */
  StoredKey imported(KeyDraft draft, ForeignKey foreign, Binding binding, UUID creator) {
    return key(
        new Face(foreign.hash(), true, foreign.prefix(), foreign.lastCharacters()),
        binding,
        Terms.of(draft),
        new Origin(draft.ownerUserId(), null, creator));
  }

  /** A new key with the settings of another, whose place it takes. */
  StoredKey successor(StoredKey old, KeyText text, UUID creator) {
    return key(
        Face.of(KeyHasher.hash(text.secret()), text),
        old.binding(),
        Terms.of(old),
        new Origin(old.ownerUserId(), old.id(), creator));
  }

  /** A new key of the platform. */
  public StoredKey platformKey(KeyText text, String name, List<String> scopes) {
    return platformKey(KeyHasher.hash(text.secret()), text, name, scopes);
  }

  /** A new key of the platform whose text only its hash is known of. */
  public StoredKey platformKey(KeyHash hash, String name, List<String> scopes) {
    return platformKey(hash, KeyText.of(Secret.of("")), name, scopes);
  }

  private StoredKey platformKey(KeyHash hash, KeyText text, String name, List<String> scopes) {
    return key(
        Face.of(hash, text),
        Binding.PLATFORM,
        Terms.ofPlatform(name, scopes),
        new Origin(null, null, null));
  }

  private StoredKey key(Face face, Binding binding, Terms terms, Origin origin) {
    Instant now = now();
    return new StoredKey(
        ids.next(),
        face.hash(),
        face.imported(),
        binding,
        origin.ownerUserId(),
        terms.name(),
        terms.mode(),
        face.prefix(),
        face.lastCharacters(),
        terms.scopes(),
        terms.roles(),
        terms.metadata(),
        terms.allowedNetworks(),
        terms.resources(),
        terms.rateLimits(),
        Validity.Switch.ACTIVE,
        false,
        terms.notBefore(),
        terms.expireTime(),
        null,
        origin.predecessor(),
        null,
        origin.creator(),
        Optional.empty(),
        now,
        now,
        1);
  }
}
