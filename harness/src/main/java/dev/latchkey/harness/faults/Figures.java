package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.Map;

/**
 * What the load has shown over some time.
 *
 * @param length the time
 * @param calls how many calls ended, failed ones with them
 * @param failed calls without a decision after all retries, by kind
 * @param denied decisions that were no allow
 * @param p99 the latency that 99 of 100 calls with a decision stayed below, from when the call was
 *     due, retries with it
 */
public record Figures(
    Duration length, long calls, Map<String, Long> failed, long denied, Duration p99) {

  /** How many calls failed, of all kinds. */
  public long failedCalls() {
    return failed.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Calls a second. */
  public double rate() {
    return calls * 1e9 / Math.max(1, length.toNanos());
  }
}
