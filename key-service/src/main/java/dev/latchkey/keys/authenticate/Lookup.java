package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.usage.KeyMeter;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import org.jspecify.annotations.Nullable;

/** What a credential turned out to be. */
sealed interface Lookup {
  Lookup MISSING = new Refused(DenialReason.CREDENTIAL_MISSING);
  Lookup MALFORMED = new Refused(DenialReason.MALFORMED);
  Lookup UNKNOWN = new Refused(DenialReason.UNKNOWN);

  /** No key. */
  record Refused(DenialReason reason) implements Lookup {}

  /**
   * A key, with the answer last made of it: most answers of a key are the same, and making one
   * costs more than everything else a decision does. Safe for use by many threads.
   */
  final class Found implements Lookup {
    private final KnownKey key;
    private final KeyMeter meter;
    private volatile @Nullable Answer last;

    Found(KnownKey key, KeyMeter meter) {
      this.key = key;
      this.meter = meter;
    }

    KnownKey key() {
      return key;
    }

    /** Where decisions on the key are counted. */
    KeyMeter meter() {
      return meter;
    }

    /** The answer for an allowed request on this view of the tenancy and the owner. */
    @SuppressWarnings("ReferenceEquality") // The same view is the same object: see RightsSource.
    AuthenticateResponse allowed(Rights rights) {
      Answer known = last;
      if (known == null || known.rights != rights) {
        known = new Answer(rights, AuthenticateMessages.allowed(key, rights));
        last = known;
      }
      return known.response;
    }

    private record Answer(Rights rights, AuthenticateResponse response) {}
  }
}
