package dev.latchkey.harness.bench;

import org.HdrHistogram.Histogram;

/**
 * What one run of a load has shown.
 *
 * @param callsPerSecond calls completed, by the time from the first call's start to the last's end
 * @param medianMicros the latency half of the calls stayed below, in microseconds
 * @param p99Micros the latency 99 of 100 calls stayed below, in microseconds
 * @param p999Micros the latency 999 of 1,000 calls stayed below, in microseconds
 */
record Figures(double callsPerSecond, double medianMicros, double p99Micros, double p999Micros) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;

  static Figures of(Histogram latencies, long elapsedNanos) {
    return new Figures(
        latencies.getTotalCount() * NANOS_PER_SECOND / elapsedNanos,
        latencies.getValueAtPercentile(50) / NANOS_PER_MICRO,
        latencies.getValueAtPercentile(99) / NANOS_PER_MICRO,
        latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
  }
}
