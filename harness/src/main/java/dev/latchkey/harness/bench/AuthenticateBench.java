package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
  @Option(names = "--warm-up", description = "Seconds of warm-up for each server, 1 to 600.")
  private int warmUp = 20;

  @Option(names = "--pairs", description = "Pairs of measurements, 1 to 100.")
  private int pairs = 5;

  @Option(names = "--seconds", description = "Seconds for each measurement, 1 to 600.")
  private int seconds = 10;

  @Option(names = "--keys", description = "Keys to choose from at random, 1 to 100000.")
  private int keys = 10_000;

  @Option(names = "--in-flight", description = "Calls under way at any time, 1 to 1000.")
  private int inFlight = 64;

  @Option(names = "--connections", description = "Connections to each server, 1 to 64.")
  private int connections = 4;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    check("--warm-up", warmUp, 600);
    check("--pairs", pairs, 100);
    check("--seconds", seconds, 600);
    check("--keys", keys, 100_000);
    check("--in-flight", inFlight, 1_000);
    check("--connections", connections, 64);
    PrintWriter out = spec.commandLine().getOut();
    say(out, "starting key-service and tenant-service");
    try (Platform platform =
        Platform.start(Platform.FULL_SPEED, Service.TENANT_SERVICE, Service.KEY_SERVICE)) {
      say(out, "issuing %,d keys", keys);
      List<AuthenticateRequest> requests =
          new BenchKeys(platform.operator())
              .issue(keys).stream().map(AuthenticateBench::request).toList();
      String noOp = startNoOp(platform, requests.getFirst());
      measure(out, platform, noOp, requests);
    }
    return 0;
  }

  private void measure(
      PrintWriter out, Platform platform, String noOp, List<AuthenticateRequest> requests) {
    Secret caller = platform.operatorKey();
    String real = platform.target(Service.KEY_SERVICE);
    try (Load measured = new Load(real, caller, requests, connections, inFlight);
        Load baseline = new Load(noOp, caller, requests, connections, inFlight)) {
      Pairs run = new Pairs(measured, baseline, out);
      say(out, "warming up, %d s each", warmUp);
      run.warmUp(Duration.ofSeconds(warmUp));
      out.printf(
          "%nAuthenticate, unary: %,d keys at random, %d in flight on %d connections, %d s each%n"
              + "%d processors shared by both servers and the load generator, Java %s%n%n",
          keys,
          inFlight,
          connections,
          seconds,
          Runtime.getRuntime().availableProcessors(),
          Runtime.version());
      run.run(pairs, Duration.ofSeconds(seconds));
    }
  }

  /** Starts the no-op server with an answer that the real one gave, and tells its address. */
  private static String startNoOp(Platform platform, AuthenticateRequest sample)
      throws IOException {
    AuthenticateResponse answer = platform.operator().authentication().authenticate(sample);
    Path file = platform.folder().resolve("answer");
    Files.write(file, answer.toByteArray());
    return platform.startBeside(NoOpServer.class, Platform.FULL_SPEED, file.toString());
  }

  private static AuthenticateRequest request(Secret key) {
    return AuthenticateRequest.newBuilder()
        .setCredential(key.reveal())
        .setClientAddress("192.0.2.1")
        .build();
  }

  private static void say(PrintWriter out, String format, Object... values) {
    out.printf(format + "%n", values);
    out.flush();
  }

  private void check(String option, int value, int largest) {
    if (value < 1 || value > largest) {
      throw new ParameterException(
          spec.commandLine(), "%s: %d (expected: 1 to %d)".formatted(option, value, largest));
    }
  }
}
