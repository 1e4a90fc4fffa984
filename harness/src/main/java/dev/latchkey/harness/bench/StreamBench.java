package dev.latchkey.harness.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * AuthenticateStream of cached keys against unary calls to a gRPC server that does nothing: what a
 * stream saves, although every request of it is decided.
 */
final class StreamBench implements Benchmark {
  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String description() {
    return "AuthenticateStream of cached keys against unary calls to a no-op server.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws IOException {
    try (AuthenticateGround ground = AuthenticateGround.start(options.keys, out);
        Load measured = ground.streams(options);
        Load baseline = ground.unary(ground.noOp(), options)) {
      out.printf(
          "%,d keys at random, %d in flight on %d streams; no-op: unary, %d in flight on %d"
              + " connections%n",
          options.keys,
          options.streamInFlight,
          options.connections,
          options.inFlight,
          options.connections);
      return List.of(
          new Pairs("stream", measured, "no-op", baseline, out)
              .run(options)
              .result(
                  name(),
                  "AuthenticateStream, cached: requests/s",
                  "unary no-op calls/s",
                  Bound.atLeast(2.5, 3.5, "")));
    }
  }
}
