package dev.latchkey.kit.limits;

import java.time.Duration;

/**
 * A named limit on the rate of calls.
 *
 * @param name 1 to 40 of {@code [a-z0-9_-]}, starting with a letter
 * @param amount how much is taken in each window, or comes back in it: 1 to 1,000,000,000
 * @param window 1 second to 31 days, in whole milliseconds
 * @param burst how much is taken at once: 1 to 1,000,000,000; 0 for windows without a burst
 * @param shared whether all keys below the node draw from it together
 */
public record RateLimit(String name, long amount, Duration window, long burst, boolean shared) {
  /** The limit that calls draw from that name none. */
  public static final String DATA = "data";

  /** The limit that calls of management draw from. */
  public static final String MANAGEMENT = "management";

  static final long LARGEST = 1_000_000_000;
  static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
  static final Duration LONGEST_WINDOW = Duration.ofDays(31);
}
