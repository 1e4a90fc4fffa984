package dev.latchkey.tenancy.caller;

import com.google.protobuf.Duration;
import dev.latchkey.kit.access.Admission;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.access.RateLimitHeaders;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.LimitState;
import java.util.List;
import java.util.Optional;

/** Reads what the key service says of the limit that calls of management draw from. */
final class ManagementLimits {
  private ManagementLimits() {}

  /** What the caller reads of its limits: of several, the one with the least left. */
  static Optional<RateLimitHeaders> headers(List<LimitState> limits) {
    return limits.isEmpty() ? Optional.empty() : Optional.of(headers(limits.getFirst()));
  }

  /** The refusal of a call that found the limit used up. */
  static Admission refused(Denied denied) {
    ApiException refusal =
        CallerRefusals.rateLimited(
            denied.getKeyId(),
            RateLimit.MANAGEMENT,
            denied.hasRetryAfter() ? duration(denied.getRetryAfter()) : null);
    return new Admission.RateLimited(
        refusal, headers(denied.getLimitsList()).orElseThrow(() -> refusal));
  }

  private static RateLimitHeaders headers(LimitState limit) {
    return RateLimitHeaders.of(
        limit.getName(),
        limit.getAmount(),
        duration(limit.getWindow()),
        limit.getRemaining(),
        duration(limit.getResetAfter()));
  }

  private static java.time.Duration duration(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
