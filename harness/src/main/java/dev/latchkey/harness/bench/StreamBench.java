package dev.latchkey.harness.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * AuthenticateStream of cached keys against unary calls to a gRPC server that does nothing: what a
 * stream saves, although every request of it is decided.
 */
@Command(
    name = "stream",
    description = "AuthenticateStream of cached keys against unary calls to a no-op server.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class StreamBench implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--stream-in-flight",
      description = "Requests of streams under way at any time, 1 to 4000.")
  private int streamInFlight = 256;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    options.check();
    options.check("--stream-in-flight", streamInFlight, 4_000);
    PrintWriter out = spec.commandLine().getOut();
    try (AuthenticateGround ground = AuthenticateGround.start(options.keys, out);
        Load measured =
            new StreamLoad(
                ground.keyService(),
                ground.caller(),
                ground.requests(),
                options.connections,
                streamInFlight);
        Load baseline =
            new UnaryLoad(
                ground.noOp(),
                ground.caller(),
                ground.requests(),
                options.connections,
                options.inFlight)) {
      Pairs run = new Pairs("stream", measured, "no-op", baseline, out);
      run.warmUp(Duration.ofSeconds(options.warmUp));
      out.printf(
          "%nAuthenticateStream: %,d keys at random, %d in flight on %d streams; no-op: unary, %d"
              + " in flight on %d connections%n",
          options.keys, streamInFlight, options.connections, options.inFlight, options.connections);
      run.run(options.pairs, Duration.ofSeconds(options.seconds));
    }
    return 0;
  }
}
