package dev.latchkey.keys.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The steps that usage is counted in, in UTC, each in a table of its own. */
enum BucketSize {
  MINUTE("usage_minute", Duration.ofMinutes(1)),
  HOUR("usage_hour", Duration.ofHours(1)),
  DAY("usage_day", Duration.ofDays(1));

  private final String table;
  private final Duration length;

  BucketSize(String table, Duration length) {
    this.table = table;
    this.length = length;
  }

  String table() {
    return table;
  }

  /** How it is called in messages. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  Duration length() {
    return length;
  }

  /** The beginning of the bucket that a moment lies in. */
  Instant floor(Instant time) {
    return Instant.ofEpochSecond(floor(time.getEpochSecond()));
  }

  /** The same in seconds since the epoch. */
  long floor(long seconds) {
    return seconds - Math.floorMod(seconds, length.toSeconds());
  }
}
