package dev.latchkey.keys.decision;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The answer to a credential: the rights with which it is good for the request, or why it is not.
 * Anything that is no decision is an exception, never one of these.
 */
public sealed interface Decision permits Rights, Decision.Denied {

  /**
   * The credential is not good for the request.
   *
   * @param keyId whose it is, where that is known
   * @param missingScopes what it does not cover, with {@link DenialReason#INSUFFICIENT_SCOPE}
   */
  record Denied(DenialReason reason, Optional<UUID> keyId, List<String> missingScopes)
      implements Decision {
    public Denied {
      missingScopes = List.copyOf(missingScopes);
    }
  }

  /** A denial of a credential that is no key we know. */
  static Denied denied(DenialReason reason) {
    return new Denied(reason, Optional.empty(), List.of());
  }

  /** A denial of a key we know. */
  static Denied denied(DenialReason reason, KnownKey key) {
    return new Denied(reason, Optional.of(key.id()), List.of());
  }
}
