package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.Demand;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.kit.access.Admission;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.access.ManagementInterceptor;
import dev.latchkey.kit.errors.ApiException;
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
final class LocalCallers implements CallerAuthenticator {
  private final Credentials credentials;
  private final ManagementLimit limit;
  private final InstantSource clock;

  LocalCallers(Credentials credentials, ManagementLimit limit, InstantSource clock) {
    this.credentials = credentials;
    this.limit = limit;
    this.clock = clock;
  }

  @Override
  public Admission admit(Secret credential, @Nullable InetAddress client, AccessRule rule) {
    Lookup.Found found = found(credential);
    Decision.Allowed allowed = allowed(found, client);
    Caller caller = caller(allowed.key());
    // First: a call that is refused for this takes nothing.
    ManagementInterceptor.require(caller, rule);
    return limit.take(found, allowed.tenant(), caller);
  }

  /** The caller behind a credential, who is only asked for: nothing is taken from any limit. */
  Admission look(Secret credential, @Nullable InetAddress client) {
    return new Admission.Admitted(
        caller(allowed(found(credential), client).key()), Optional.empty());
  }

  private Lookup.Found found(Secret credential) {
    try {
      return switch (credentials.find(credential.reveal()).join()) {
        case Lookup.Found found -> found;
        case Lookup.Refused refused -> throw CallerRefusals.invalid();
      };
    } catch (CompletionException e) {
      throw e.getCause() instanceof ApiException refusal ? refusal : e;
    }
  }

  private Decision.Allowed allowed(Lookup.Found found, @Nullable InetAddress client) {
    return switch (decide(found.key(), client)) {
      case Decision.Allowed allowed -> allowed;
      case Decision.Denied denied -> throw refusal(denied.reason());
    };
  }

  private Decision decide(KnownKey key, @Nullable InetAddress client) {
    return Decider.decide(key, new Demand(ScopeRequirement.NONE, null, client), clock.millis());
  }

  private static Caller caller(KnownKey key) {
    return new Caller(
        key.id(),
        key.nodeId(),
        Set.copyOf(key.scopes()),
        key.allowedNetworks(),
        key.resources().texts());
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
