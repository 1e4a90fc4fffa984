package dev.latchkey.harness.bench;

import java.util.List;

/** All benchmarks. */
final class Benchmarks {
  private Benchmarks() {}

  /** In the order of the table. */
  static List<Benchmark> all() {
    return List.of(
        new AuthenticateBench(),
        new StreamBench(),
        new ColdBench(),
        new StoredBench(),
        new CreateKeyBench());
  }
}
