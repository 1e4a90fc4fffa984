package dev.latchkey.kit.access;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.QuotaViolation;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a caller reads whose key does not open the call. */
public final class CallerRefusals {
  private CallerRefusals() {}

  /** One answer for every key that opens nothing: nobody learns whether it ever did. */
  public static ApiException invalid() {
    return ApiException.of(
        ErrorReason.ERROR_REASON_CREDENTIAL_INVALID, "The key is not valid.", Map.of());
  }

  /**
   * The key is good, but something stops it.
   *
   * @param reason the name of the denial reason, without prefix
   */
  public static ApiException denied(String reason) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_CREDENTIAL_DENIED,
        "The key is stopped by its tenancy or its plan.",
        Map.of("denial_reason", reason));
  }

  /** The key is good, and not for this call. */
  public static ApiException insufficientScope(AccessRule rule) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE,
        "The call needs a key with the scope %s.".formatted(rule.getRequiredScope()),
        Map.of("required_scope", rule.getRequiredScope()));
  }

  /**
   * The key has used up a limit on the rate of its calls.
   *
   * @param retryAfter how long until it has room again; null where waiting does not help
   */
  public static ApiException rateLimited(
      String keyId, String limit, @Nullable Duration retryAfter) {
    return ApiException.exhausted(
        ErrorReason.ERROR_REASON_RATE_LIMITED,
        Map.of("limit", limit),
        new QuotaViolation(
            "key:" + keyId,
            "The key has used up its limit %s on the rate of calls.".formatted(limit)),
        retryAfter);
  }
}
