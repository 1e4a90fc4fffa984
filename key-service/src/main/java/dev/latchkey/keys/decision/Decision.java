package dev.latchkey.keys.decision;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The answer to a credential. Anything that is no decision is an exception, never one of these. */
public sealed interface Decision {

  /**
   * The credential is good for the request.
   *
   * @param key whose it is
   * @param rights what it was decided on
   */
  record Allowed(KnownKey key, Rights rights) implements Decision {
    /** The tenancy it was decided on. */
    public Tenant tenant() {
      return rights.tenant();
    }
  }

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
