package dev.latchkey.edge.ratelimit;

import java.time.Duration;

/** Durations as header fields say them: in whole seconds, never too short, never below zero. */
public final class WholeSeconds {
  /** Longer than the longest window and than the longest way to a refill. */
  private static final long LONGEST = Duration.ofDays(366).toSeconds();

  private WholeSeconds() {}

  /** Rounded up. */
  public static long of(Duration duration) {
    long seconds = duration.getSeconds() + (duration.getNano() > 0 ? 1 : 0);
    return Math.clamp(seconds, 0L, LONGEST);
  }

  /** Rounded up. */
  public static long of(com.google.protobuf.Duration duration) {
    long seconds = duration.getSeconds() + (duration.getNanos() > 0 ? 1 : 0);
    return Math.clamp(seconds, 0L, LONGEST);
  }

  /** As {@code Retry-After} says it: at least 1. */
  public static String retryAfter(com.google.protobuf.Duration duration) {
    return Long.toString(Math.max(1, of(duration)));
  }
}
