package dev.latchkey.keys.authenticate;

import com.google.protobuf.Duration;
import dev.latchkey.keys.credits.CreditDraw;
import dev.latchkey.keys.credits.CreditReading;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.limits.LimitReading;
import dev.latchkey.keys.limits.RateLimiter;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.LimitState;
import java.util.List;

/** Makes the parts of answers that tell of limits and credits. */
final class LimitMessages {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private LimitMessages() {}

  /** The accounts that an allowed request drew from. */
  static List<CreditState> states(List<CreditReading> credits, Tenant tenant) {
    return credits.isEmpty()
        ? List.of()
        : credits.stream().map(reading -> state(reading, tenant)).toList();
  }

  static AuthenticateResponse rateLimited(KnownKey key, RateLimiter.Draw.Refused refused) {
    Denied.Builder denied = denied(DenialReason.RATE_LIMITED, key);
    refused.readings().forEach(reading -> denied.addLimits(state(reading)));
    refused.retryNanos().ifPresent(nanos -> denied.setRetryAfter(duration(nanos)));
    return AuthenticateResponse.newBuilder().setDenied(denied).build();
  }

  static AuthenticateResponse exhausted(KnownKey key, Tenant tenant, CreditDraw.Refused refused) {
    Denied.Builder denied = denied(DenialReason.QUOTA_EXHAUSTED, key);
    refused.readings().forEach(reading -> denied.addCredits(state(reading, tenant)));
    refused.retryAfter().ifPresent(wait -> denied.setRetryAfter(duration(wait.toNanos())));
    return AuthenticateResponse.newBuilder().setDenied(denied).build();
  }

  private static Denied.Builder denied(DenialReason reason, KnownKey key) {
    return Denied.newBuilder()
        .setReason(AuthenticateMessages.reason(reason))
        .setMessage(reason.message())
        .setKeyId(key.id().toString());
  }

  private static LimitState state(LimitReading reading) {
    RateLimit limit = reading.limit();
    return LimitState.newBuilder()
        .setName(limit.name())
        .setAmount(limit.amount())
        .setWindow(duration(limit.window().toNanos()))
        .setBurst(limit.burst())
        .setRemaining(reading.remaining())
        .setResetAfter(duration(reading.resetNanos()))
        .setShared(limit.shared())
        .build();
  }

  private static CreditState state(CreditReading reading, Tenant tenant) {
    CreditState.Builder state = CreditState.newBuilder().setRemaining(reading.remaining());
    reading.nodeId().ifPresent(id -> state.setNode(AuthenticateMessages.node(id, tenant)));
    reading.nextRefill().ifPresent(next -> state.setNextRefillTime(Timestamps.of(next)));
    return state.build();
  }

  /** Up to the whole millisecond: whoever waits that long waits long enough. */
  private static Duration duration(long nanos) {
    long millis = Math.ceilDiv(nanos, NANOS_PER_MILLI);
    return Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000 * NANOS_PER_MILLI))
        .build();
  }
}
