package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.JarProcess;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Ports;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.harness.training.Training;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The start of key-service, up to its first answer to Authenticate, against that of a Micronaut
 * application with a gRPC server and nothing else. Both have a cache of a training run, and would
 * not start with one that does not hold.
 */
final class StartBench implements Benchmark {
  private static final List<String> JVM =
      Stream.concat(Platform.USUAL.stream(), Stream.of("-XX:AOTMode=on")).toList();
  private static final String DATABASE = "keys";
  private static final String DATABASE_URL = "LATCHKEY_KEYS_DATABASE_URL";
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * The pairs, in milliseconds.
   *
   * @param of the starts of key-service
   * @param against those of the bare application
   */
  private record Starts(List<Double> of, List<Double> against) {
    Ratios ratios() {
      return Ratios.of(
          IntStream.range(0, of.size()).mapToObj(i -> of.get(i) / against.get(i)).toList());
    }
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String description() {
    return "Start of key-service to its first Authenticate against a bare gRPC application.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) {
    out.println("making the caches that are missing");
    out.flush();
    Training.ensure();
    BareGrpcTraining.ensure();
    out.println("starting key-service and tenant-service");
    out.flush();
    try (Platform platform = Platform.start(JVM, Service.TENANT_SERVICE, Service.KEY_SERVICE)) {
      out.printf("issuing %,d keys%n", options.keys);
      out.flush();
      Secret key = new BenchKeys(platform.operator()).issue(options.keys).getFirst();
      platform.service(Service.KEY_SERVICE).stop();
      return List.of(
          measure(
              platform, new FirstAnswer(platform.operatorKey(), request(key)), options.pairs, out));
    }
  }

  private static AuthenticateRequest request(Secret key) {
    return AuthenticateRequest.newBuilder()
        .setCredential(key.reveal())
        .setClientAddress(BenchKeys.CLIENT)
        .addRequiredScopes(BenchKeys.SCOPE)
        .build();
  }

  private Result measure(Platform platform, FirstAnswer first, int pairs, PrintWriter out) {
    int port = Ports.free();
    JarProcess bare =
        platform.baseline("bare-grpc", JVM, Map.of("BARE_PORT", Integer.toString(port)));
    JarProcess keyService = platform.service(Service.KEY_SERVICE);
    DoubleSupplier baseline = () -> millis(first.of(bare, "127.0.0.1:" + port));
    DoubleSupplier measured =
        () -> millis(first.of(keyService, platform.target(Service.KEY_SERVICE)));
    Starts starts;
    try (StandingDatabase database = StandingDatabase.start(DATABASE, platform.data())) {
      keyService.set(DATABASE_URL, database.url());
      starts = pairs(measured, baseline, pairs, out);
    }
    out.println("with its own PostgreSQL started too");
    out.flush();
    // Empty counts as not set.
    keyService.set(DATABASE_URL, "");
    return result(starts, DoubleStream.generate(measured).limit(pairs).boxed().toList());
  }

  private static Starts pairs(
      DoubleSupplier measured, DoubleSupplier baseline, int pairs, PrintWriter out) {
    // Not counted: what is read from the disk and compiled here for the first time.
    var _ = baseline.getAsDouble();
    var _ = measured.getAsDouble();
    Starts starts = new Starts(new ArrayList<>(), new ArrayList<>());
    out.printf("%-6s%12s%18s%9s%n", "pair", "bare ms", "key-service ms", "ratio");
    for (int pair = 1; pair <= pairs; pair++) {
      boolean baselineFirst = pair % 2 == 1;
      double first = (baselineFirst ? baseline : measured).getAsDouble();
      double second = (baselineFirst ? measured : baseline).getAsDouble();
      starts.of().add(baselineFirst ? second : first);
      starts.against().add(baselineFirst ? first : second);
      out.printf(
          Locale.ROOT,
          "%-6d%12.0f%18.0f%9.3f%n",
          pair,
          starts.against().getLast(),
          starts.of().getLast(),
          starts.of().getLast() / starts.against().getLast());
      out.flush();
    }
    return starts;
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / NANOS_PER_MILLI;
  }

  private Result result(Starts starts, List<Double> withDatabase) {
    Ratios ratios = starts.ratios();
    return new Result(
        name(),
        "key-service: start to first Authenticate, data present",
        "bare Micronaut gRPC application with a no-op",
        Bound.atMost(1.6, 1.2, ""),
        ratios.median(),
        String.format(
            Locale.ROOT,
            "%s over %d pairs; key-service %.0f ms, bare %.0f ms; with its own PostgreSQL started"
                + " too %.0f ms (medians)",
            ratios.text(),
            starts.of().size(),
            Ratios.of(starts.of()).median(),
            Ratios.of(starts.against()).median(),
            Ratios.of(withDatabase).median()));
  }
}
