package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.Demand;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Authenticates the callers of this service's own calls, by the same decision it serves. */
@Singleton
final class LocalCallers implements CallerAuthenticator {
  private final Credentials credentials;
  private final InstantSource clock;

  LocalCallers(Credentials credentials, InstantSource clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  /** Authenticates the caller of a management call, which is a use of its key. */
  @Override
  public Caller authenticate(Secret credential, @Nullable InetAddress client) {
    return authenticate(credential, client, true);
  }

  /** The same for the callers of Authenticate, whose own keys' use is not counted. */
  Caller authenticateUncounted(Secret credential, @Nullable InetAddress client) {
    return authenticate(credential, client, false);
  }

  private Caller authenticate(Secret credential, @Nullable InetAddress client, boolean counted) {
    try {
      return caller(credentials.find(credential.reveal()).join(), client, counted);
    } catch (CompletionException e) {
      throw e.getCause() instanceof ApiException refusal ? refusal : e;
    }
  }

  private Caller caller(Lookup lookup, @Nullable InetAddress client, boolean counted) {
    return switch (lookup) {
      case Lookup.Refused refused -> throw CallerRefusals.invalid();
      case Lookup.Found found ->
          switch (decide(found, client, counted)) {
            case Decision.Allowed allowed -> caller(allowed.key(), allowed.rights());
            case Decision.Denied denied -> throw refusal(denied.reason());
          };
    };
  }

  private Decision decide(Lookup.Found found, @Nullable InetAddress client, boolean counted) {
    long now = clock.millis();
    Decision decision =
        Decider.decide(found.key(), new Demand(ScopeRequirement.NONE, null, client), now);
    if (counted) {
      found.meter().count(decision, client, now);
    }
    return decision;
  }

  private static Caller caller(KnownKey key, Rights rights) {
    Caller caller =
        new Caller(
            key.id(),
            key.nodeId(),
            Set.copyOf(rights.scopes().texts()),
            key.allowedNetworks(),
            key.resources().texts());
    return rights.member().map(caller::withOwner).orElse(caller);
  }

  private static ApiException refusal(DenialReason reason) {
    return switch (reason) {
      case TENANT_SUSPENDED,
          API_ACCESS_DENIED,
          CLIENT_NETWORK_NOT_ALLOWED,
          INSUFFICIENT_SCOPE,
          RESOURCE_NOT_GRANTED,
          RATE_LIMITED,
          QUOTA_EXHAUSTED ->
          CallerRefusals.denied(reason.name());
      case CREDENTIAL_MISSING,
          MALFORMED,
          UNKNOWN,
          REVOKED,
          EXPIRED,
          NOT_YET_VALID,
          DISABLED,
          TENANT_DELETED,
          OWNER_INACTIVE ->
          CallerRefusals.invalid();
    };
  }
}
