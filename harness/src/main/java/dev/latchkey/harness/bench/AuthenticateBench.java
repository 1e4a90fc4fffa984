package dev.latchkey.harness.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * Unary Authenticate of cached keys against a gRPC server that does nothing: how much of what the
 * transport can carry is left once a decision is made.
 */
final class AuthenticateBench implements Benchmark {
  @Override
  public String name() {
    return "authenticate";
  }

  @Override
  public String description() {
    return "Authenticate of cached keys against a no-op gRPC server.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws IOException {
    try (AuthenticateGround ground = AuthenticateGround.start(options.keys, out);
        Load measured = ground.unary(ground.keyService(), options);
        Load baseline = ground.unary(ground.noOp(), options)) {
      out.printf(
          "%,d keys at random, %d in flight on %d connections%n",
          options.keys, options.inFlight, options.connections);
      Pairs pairs = new Pairs("authenticate", measured, "no-op", baseline, out);
      return List.of(
          pairs
              .run(options)
              .result(
                  name(),
                  "Authenticate, unary, cached, 64 in flight: calls/s",
                  "no-op gRPC server, same transport and answer",
                  Bound.atLeast(0.80, 0.90, "")));
    }
  }
}
