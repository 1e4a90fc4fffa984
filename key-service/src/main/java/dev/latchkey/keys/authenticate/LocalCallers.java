package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** Authenticates the callers of this service's own calls, by the same decision it serves. */
@Singleton
final class LocalCallers implements CallerAuthenticator {
  private final Credentials credentials;
  private final InstantSource clock;

  LocalCallers(Credentials credentials, InstantSource clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  @Override
  public Caller authenticate(Secret credential) {
    try {
      return caller(credentials.find(credential.reveal()).join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof ApiException refusal ? refusal : e;
    }
  }

  private Caller caller(Lookup lookup) {
    return switch (lookup) {
      case Lookup.Refused refused -> throw CallerRefusals.invalid();
      case Lookup.Found found ->
          switch (Decider.decide(found.key(), ScopeRequirement.NONE, clock.millis())) {
            case Decision.Allowed allowed -> caller(allowed.key());
            case Decision.Denied denied -> throw refusal(denied.reason());
          };
    };
  }

  private static Caller caller(KnownKey key) {
    return new Caller(key.id(), key.nodeId(), Set.copyOf(key.scopes()));
  }

  private static ApiException refusal(DenialReason reason) {
    return switch (reason) {
      case TENANT_SUSPENDED, API_ACCESS_DENIED, INSUFFICIENT_SCOPE ->
          CallerRefusals.denied(reason.name());
      case CREDENTIAL_MISSING,
          MALFORMED,
          UNKNOWN,
          REVOKED,
          EXPIRED,
          NOT_YET_VALID,
          DISABLED,
          TENANT_DELETED ->
          CallerRefusals.invalid();
    };
  }
}
