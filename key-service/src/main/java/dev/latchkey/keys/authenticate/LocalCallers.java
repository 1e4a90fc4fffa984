package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.access.CallerCheck;
import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.kit.access.Admission;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.access.ManagementInterceptor;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.net.FixedAddress;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.access.v1.AccessRule;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Authenticates the callers of this service's own calls, by the same decision it serves. */
@Singleton
final class LocalCallers implements CallerAuthenticator, CallerCheck {
  private final Credentials credentials;
  private final ManagementLimit limit;
  private final InstantSource clock;

  LocalCallers(Credentials credentials, ManagementLimit limit, InstantSource clock) {
    this.credentials = credentials;
    this.limit = limit;
    this.clock = clock;
  }

  /** Authenticates the caller of a management call, which is a use of its key. */
  @Override
  public Admission admit(Secret credential, @Nullable InetAddress client, AccessRule rule) {
    Lookup.Found found = found(credential);
    Decision decision = decide(found, client);
    if (!(decision instanceof Rights rights)) {
      count(found, decision, client);
      throw refusal(decision);
    }
    Caller caller = caller(found, rights);
    try {
      // First: a call that is refused for this takes nothing.
      ManagementInterceptor.require(caller, rule);
    } catch (ApiException refusal) {
      count(found, Decision.denied(DenialReason.INSUFFICIENT_SCOPE, found), client);
      throw refusal;
    }
    Admission admission = limit.take(found, rights, caller);
    switch (admission) {
      case Admission.Admitted _ -> count(found, rights, client);
      case Admission.RateLimited _ ->
          count(found, Decision.denied(DenialReason.RATE_LIMITED, found), client);
    }
    return admission;
  }

  /**
   * The caller of Authenticate, whose own key is only looked at: its use is not counted, and
   * nothing is taken from its limits.
   */
  Admission look(Secret credential, @Nullable InetAddress client) {
    return new Admission.Admitted(recheck(credential, client), Optional.empty());
  }

  @Override
  public Caller recheck(Secret credential, @Nullable InetAddress client) {
    Lookup.Found found = found(credential);
    Decision decision = decide(found, client);
    if (decision instanceof Rights rights) {
      return caller(found, rights);
    }
    throw refusal(decision);
  }

  private Lookup.Found found(Secret credential) {
    try {
      return switch (credentials.find(credential.reveal()).join()) {
        case Lookup.Found found -> found;
        case Lookup.Refused _, Lookup.Unknown _ -> throw CallerRefusals.invalid();
      };
    } catch (CompletionException e) {
      throw e.getCause() instanceof ApiException refusal ? refusal : e;
    }
  }

  private Decision decide(Lookup.Found found, @Nullable InetAddress client) {
    return Decider.decide(found, new CallerDemand(ScopeRequirement.NONE, client), clock.millis());
  }

  private void count(Lookup.Found found, Decision decision, @Nullable InetAddress client) {
    found.count(decision, FixedAddress.ofNullable(client), clock.millis());
  }

  private static Caller caller(KnownKey key, Rights rights) {
    Caller caller =
        new Caller(
            key.id(),
            key.terms().nodeId(),
            Set.copyOf(rights.scopes().texts()),
            key.terms().allowedNetworks(),
            key.terms().resources().texts());
    return rights.member().map(caller::withOwner).orElse(caller);
  }

  private static ApiException refusal(Decision decision) {
    return switch (decision) {
      case Rights _ -> throw new IllegalStateException("an allowed call was refused");
      case Decision.Denied denied -> refusal(denied.reason());
    };
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
