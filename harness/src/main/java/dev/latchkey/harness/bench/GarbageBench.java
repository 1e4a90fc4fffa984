package dev.latchkey.harness.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * Authenticate of credentials whose checksum is wrong against that of cached keys, on the same
 * key-service: refusing garbage must not cost more than serving customers, and no query.
 */
final class GarbageBench implements Benchmark {
  @Override
  public String name() {
    return "garbage";
  }

  @Override
  public String description() {
    return "Authenticate of credentials with a wrong checksum against cached keys.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws IOException {
    try (AuthenticateGround ground = AuthenticateGround.start(options.keys, out);
        Load measured = new QueryFree(ground.garbage(options), ground::queries);
        Load baseline = ground.unary(ground.keyService(), options)) {
      out.printf(
          "%,d keys and as many credentials with a wrong checksum, at random, %d in flight on %d"
              + " connections%n",
          options.keys, options.inFlight, options.connections);
      return List.of(
          new Pairs("garbage", measured, "authenticate", baseline, out)
              .run(options)
              .result(
                  name(),
                  "Garbage refused (wrong checksum): calls/s",
                  "Authenticate, unary, cached, on the same key-service",
                  Bound.atLeast(1.0, 1.0, ""))
              .and("0 queries of the database in all runs with garbage"));
    }
  }
}
