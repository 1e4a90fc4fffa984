package dev.latchkey.harness.attack;

import java.util.Arrays;

/**
 * What came of a flood.
 *
 * @param sent calls that were sent
 * @param denied those that got a denial
 * @param allowed those that were allowed: of texts that are no keys there must be none
 * @param failed those that got no decision
 * @param fresh texts that were asked about for the first time
 */
public record FloodCounts(long sent, long denied, long allowed, long failed, long fresh) {
  String line() {
    return "%d %d %d %d %d".formatted(sent, denied, allowed, failed, fresh);
  }

  static FloodCounts parse(String line) {
    long[] counts = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    return new FloodCounts(counts[0], counts[1], counts[2], counts[3], counts[4]);
  }
}
