package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.credits.NodeAccounts;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.limits.LimitReading;
import dev.latchkey.keys.limits.RateLimiter;
import dev.latchkey.kit.access.Admission;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.access.RateLimitHeaders;
import dev.latchkey.kit.limits.RateLimit;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** Takes the cost of a management call, which is 1, from the limit of its key. */
@Singleton
final class ManagementLimit {
  private final RateLimiter limiter;
  private final NodeAccounts nodeAccounts;

  ManagementLimit(RateLimiter limiter, NodeAccounts nodeAccounts) {
    this.limiter = limiter;
    this.nodeAccounts = nodeAccounts;
  }

  Admission take(Lookup.Found found, Rights rights, Caller caller) {
    Standing standing = found.standing(rights, nodeAccounts.current());
    return admission(standing.draw(limiter, RateLimit.MANAGEMENT, 1), caller);
  }

  private static Admission admission(RateLimiter.Draw drawn, Caller caller) {
    return switch (drawn) {
      // Management waits on threads of its own, and this not for long.
      case RateLimiter.Draw.Pending pending -> admission(pending.draw().join(), caller);
      case RateLimiter.Draw.Taken taken ->
          new Admission.Admitted(
              caller,
              taken.count() == 0 ? Optional.empty() : Optional.of(headers(taken.reading(0))));
      case RateLimiter.Draw.Refused refused ->
          new Admission.RateLimited(
              CallerRefusals.rateLimited(
                  caller.keyId().toString(), RateLimit.MANAGEMENT, retryAfter(refused)),
              headers(refused.readings().getFirst()));
    };
  }

  /** A cost of 1 finds room in every limit, in time. */
  private static Duration retryAfter(RateLimiter.Draw.Refused refused) {
    return Duration.ofMillis(Math.ceilDiv(refused.retryNanos().orElseThrow(), 1_000_000));
  }

  private static RateLimitHeaders headers(LimitReading reading) {
    RateLimit limit = reading.limit();
    return RateLimitHeaders.of(
        limit.name(),
        limit.amount(),
        limit.window(),
        reading.remaining(),
        Duration.ofNanos(reading.resetNanos()));
  }
}
