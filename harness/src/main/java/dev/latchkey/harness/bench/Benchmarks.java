package dev.latchkey.harness.bench;

import java.util.List;

/** All benchmarks. */
final class Benchmarks {
  private Benchmarks() {}

  /** In the order of the table. */
  static List<Benchmark> all() {
    return List.of(
        new AuthenticateBench(),
        new LatencyBench(),
        new StreamBench(),
        new DecisionBench(),
        new ColdBench(),
        new StoredBench(),
        new HeapBench(),
        new CreateKeyBench(),
        new GarbageBench(),
        new EdgeBench(),
        new EdgeCpuBench(),
        new StartBench(),
        new MemoryBench());
  }
}
