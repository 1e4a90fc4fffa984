package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * {@code GET /api/v1/me} against a bare controller on the same HTTP server that makes one call to a
 * gRPC server that does nothing.
 */
final class EdgeBench implements Benchmark {
  @Override
  public String name() {
    return "edge";
  }

  @Override
  public String description() {
    return "GET /api/v1/me against a bare controller that makes one no-op gRPC call.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws IOException {
    try (EdgeGround ground = EdgeGround.start(Platform.FULL_SPEED, options.keys, out);
        Load measured = ground.edge(options.inFlight);
        Load baseline = ground.load(ground.startBare(), options.inFlight)) {
      out.printf("%,d keys at random, %d connections%n", options.keys, options.inFlight);
      return List.of(
          new Pairs("edge", measured, "bare", baseline, out)
              .run(options)
              .result(
                  name(),
                  "edge, GET /api/v1/me, 64 connections: requests/s",
                  "bare controller on the same HTTP server with one no-op gRPC call",
                  Bound.atLeast(0.9, 2.0, "")));
    }
  }
}
