package dev.latchkey.harness.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Unary Authenticate of cached keys against a gRPC server that does nothing: how much of what the
 * transport can carry is left once a decision is made.
 */
@Command(
    name = "authenticate",
    description = "Authenticate of cached keys against a no-op gRPC server.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class AuthenticateBench implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    options.check();
    PrintWriter out = spec.commandLine().getOut();
    try (AuthenticateGround ground = AuthenticateGround.start(options.keys, out);
        Load measured =
            new UnaryLoad(
                ground.keyService(),
                ground.caller(),
                ground.requests(),
                options.connections,
                options.inFlight);
        Load baseline =
            new UnaryLoad(
                ground.noOp(),
                ground.caller(),
                ground.requests(),
                options.connections,
                options.inFlight)) {
      Pairs run = new Pairs("authenticate", measured, "no-op", baseline, out);
      run.warmUp(Duration.ofSeconds(options.warmUp));
      out.printf(
          "%nAuthenticate, unary: %,d keys at random, %d in flight on %d connections%n",
          options.keys, options.inFlight, options.connections);
      run.run(options.pairs, Duration.ofSeconds(options.seconds));
    }
    return 0;
  }
}
