package dev.latchkey.keys.limits;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.distributed.serialization.SerializationHandle;
import java.time.Duration;

/**
 * A bucket is kept in Redis until it would be full again, up to the whole millisecond, and never
 * for good; a window until it ends, also where more than its amount was taken. The clocks of two
 * nodes differ by up to half a round trip: one may draw from a window before it began.
 */
final class RestOfRound implements ExpirationAfterWriteStrategy {
  private static final long NANOS_PER_MILLI = 1_000_000;

  @Override
  public long calculateTimeToLiveMillis(RemoteBucketState state, long now) {
    long nanos = state.calculateFullRefillingTime(now);
    Bandwidth limit = state.getConfiguration().getBandwidths()[0];
    if (nanos == Long.MAX_VALUE) {
      nanos = limit.getRefillPeriodNanos();
    } else if (limit.isRefillIntervally()) {
      nanos -= (windowsToFill(state, limit) - 1) * limit.getRefillPeriodNanos();
    }
    return Math.max(1, Math.ceilDiv(nanos, NANOS_PER_MILLI));
  }

  private static long windowsToFill(RemoteBucketState state, Bandwidth limit) {
    long missing = limit.getCapacity() - state.getAvailableTokens();
    return Math.max(1, Math.ceilDiv(missing, limit.getRefillTokens()));
  }

  @Override
  public SerializationHandle<ExpirationAfterWriteStrategy> getSerializationHandle() {
    // Only servers that run bucket4j themselves are sent it; this is the nearest that they know.
    return ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ZERO)
        .getSerializationHandle();
  }
}
