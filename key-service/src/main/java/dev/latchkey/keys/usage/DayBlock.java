package dev.latchkey.keys.usage;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The {@value #DAYS} days whose totals of a key stand in one row, counted from 1970-01-01.
 *
 * @param start its beginning, in seconds since the epoch
 */
record DayBlock(long start) {
  static final String TABLE = "usage_key_total";
  static final int DAYS = 28;

  private static final long DAY_SECONDS = BucketSize.DAY.length().toSeconds();
  private static final long SECONDS = Duration.ofDays(DAYS).toSeconds();

  /** The block that a moment lies in. */
  static DayBlock at(long seconds) {
    return new DayBlock(seconds - Math.floorMod(seconds, SECONDS));
  }

  /** The place of a moment's day in the row, from 1. */
  static int place(long seconds) {
    return (int) (Math.floorMod(seconds, SECONDS) / DAY_SECONDS) + 1;
  }

  /**
   * SQL for the sum of a row's days within a span. Made of numbers only.
   *
   * @param first the first second
   * @param last the last second
   */
  static String sum(long first, long last) {
    DayBlock head = at(first);
    DayBlock tail = at(last);
    if (head.equals(tail)) {
      return sum(place(first), place(last));
    }
    return "CASE bucket_time WHEN to_timestamp(%d) THEN %s WHEN to_timestamp(%d) THEN %s ELSE %s END"
        .formatted(
            head.start, sum(place(first), DAYS), tail.start, sum(1, place(last)), sum(1, DAYS));
  }

  private static String sum(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj("daily[%d]"::formatted)
        .collect(Collectors.joining(" + "));
  }
}
