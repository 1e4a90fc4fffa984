package dev.latchkey.edge.leaks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How often one client address may tell us something without a key. An IPv6 client counts by its
 * /64, which is the least that one subscriber has. Kept by this edge alone and for a bounded number
 * of addresses: it makes floods cheap, it does not count exactly. Safe for use by many threads.
 */
public final class AddressLimit {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final int MOST_ADDRESSES = 20_000;
  private static final int SUBSCRIBER_BYTES = 8;

  private final int perMinute;
  private final Cache<String, Bucket> buckets =
      // A bucket that was left alone for a period is full again, so it may be forgotten.
      Caffeine.newBuilder().maximumSize(MOST_ADDRESSES).expireAfterAccess(PERIOD).build();

  /**
   * @param perMinute how many an address has in a minute, and at once
   */
  public AddressLimit(int perMinute) {
    this.perMinute = perMinute;
  }

  int perMinute() {
    return perMinute;
  }

  /** Takes one; empty if there was one, else how long to wait. */
  Optional<Duration> take(InetAddress client) {
    ConsumptionProbe probe =
        buckets.get(subscriber(client), _ -> bucket()).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, PERIOD))
        .withNanosecondPrecision()
        .build();
  }

  private static String subscriber(InetAddress client) {
    byte[] address = client.getAddress();
    return HexFormat.of()
        .formatHex(
            client instanceof Inet6Address ? Arrays.copyOf(address, SUBSCRIBER_BYTES) : address);
  }
}
