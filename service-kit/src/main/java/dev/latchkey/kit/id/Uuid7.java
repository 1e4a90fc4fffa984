package dev.latchkey.kit.id;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits.
 * Ids made by one generator in different milliseconds sort by time; ids of the same millisecond are
 * in no order. Safe for use by many threads.
 */
public final class Uuid7 {
  private static final long VERSION = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final InstantSource clock;
  private final SecureRandom random;

  public Uuid7(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new id. */
  public UUID next() {
    long high = clock.millis() << 16 | VERSION | random.nextInt(1 << 12);
    long low = VARIANT | random.nextLong() >>> 2;
    return new UUID(high, low);
  }

  /** The millisecond that an id was made in. */
  public static Instant time(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  /** The first id that could be made at or after an instant; not itself an id. */
  public static UUID first(Instant time) {
    long millis = Math.max(0, time.toEpochMilli());
    return new UUID(millis << 16, 0);
  }
}
