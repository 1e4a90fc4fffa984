package dev.latchkey.edge.keyservice;

import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.ratelimit.RateLimitFields;
import dev.latchkey.edge.ratelimit.WholeSeconds;
import dev.latchkey.proto.keys.v1.Denied;

/** What a denial of the client's own key looks like from outside: DESIGN.md's error table. */
public final class Denials {
  private Denials() {}

  /**
   * The refusal for a denial. A reason that this edge does not know is a denial all the same, and
   * tells nothing.
   */
  public static Problem of(Denied denied) {
    return switch (denied.getReason()) {
      case DENIAL_REASON_CREDENTIAL_MISSING -> CredentialProblems.MISSING;
      case DENIAL_REASON_MALFORMED,
          DENIAL_REASON_UNKNOWN,
          DENIAL_REASON_REVOKED,
          DENIAL_REASON_EXPIRED,
          DENIAL_REASON_NOT_YET_VALID,
          DENIAL_REASON_DISABLED,
          DENIAL_REASON_TENANT_DELETED,
          DENIAL_REASON_OWNER_INACTIVE,
          DENIAL_REASON_UNSPECIFIED,
          UNRECOGNIZED ->
          CredentialProblems.INVALID;
      case DENIAL_REASON_TENANT_SUSPENDED -> CredentialProblems.TENANT_SUSPENDED;
      case DENIAL_REASON_API_ACCESS_DENIED -> CredentialProblems.API_ACCESS_DENIED;
      case DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED ->
          CredentialProblems.CLIENT_NETWORK_NOT_ALLOWED;
      case DENIAL_REASON_RESOURCE_NOT_GRANTED -> CredentialProblems.RESOURCE_NOT_GRANTED;
      case DENIAL_REASON_INSUFFICIENT_SCOPE ->
          CredentialProblems.insufficientScope(denied.getMissingScopesList());
      case DENIAL_REASON_RATE_LIMITED -> limited(CredentialProblems.RATE_LIMITED, denied);
      case DENIAL_REASON_QUOTA_EXHAUSTED -> limited(CredentialProblems.QUOTA_EXHAUSTED, denied);
    };
  }

  /** With how the limits stand, and with when to try again where trying again helps. */
  private static Problem limited(Problem problem, Denied denied) {
    Problem told =
        problem.withAll(
            RateLimitFields.of(denied.getLimitsList(), denied.getCreditsList()).headers());
    return denied.hasRetryAfter()
        ? told.with("Retry-After", WholeSeconds.retryAfter(denied.getRetryAfter()))
        : told;
  }
}
