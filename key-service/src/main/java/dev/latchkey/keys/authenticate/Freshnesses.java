package dev.latchkey.keys.authenticate;

import com.google.protobuf.Duration;
import dev.latchkey.keys.feed.Pulse;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.proto.keys.v1.Freshness;
import jakarta.inject.Singleton;

/** Says how fresh an answer is, to those who ask. */
@Singleton
final class Freshnesses {
  private static final long NANOS_OF_A_SECOND = 1_000_000_000;

  private final TrustWindow trust;
  private final Pulse tenancy;
  private final LookupMetrics metrics;

  Freshnesses(TrustWindow trust, Pulses pulses, LookupMetrics metrics) {
    this.trust = trust;
    this.tenancy = pulses.tenancy();
    this.metrics = metrics;
  }

  /** The answer, with its freshness if the request asks for it; otherwise as it is. */
  Answer ifAsked(Ask ask, Lookup lookup, Answer answer) {
    return ask.includeFreshness() ? answer.with(freshness(trust.ageNanos(lookup))) : answer;
  }

  /** The same, and counts a decision on a key from memory past the trust window. */
  Answer counted(Ask ask, Lookup lookup, Answer answer) {
    if (lookup instanceof Lookup.Found && trust.isStale(trust.ageNanos(lookup))) {
      metrics.staleDecision();
    }
    return ifAsked(ask, lookup, answer);
  }

  private Freshness freshness(long keysAge) {
    return Freshness.newBuilder()
        .setKeysAge(duration(keysAge))
        .setTenancyAge(duration(tenancy.silenceNanos()))
        .setStale(trust.isStale(keysAge))
        .build();
  }

  private static Duration duration(long nanos) {
    return Duration.newBuilder()
        .setSeconds(nanos / NANOS_OF_A_SECOND)
        .setNanos((int) (nanos % NANOS_OF_A_SECOND))
        .build();
  }
}
