package dev.latchkey.harness.training;

import dev.latchkey.harness.demo.DemoLoader;
import dev.latchkey.harness.demo.EnvFile;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.harness.platform.ServiceProcess;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A training run: a platform of its own, without anyone's data, does what most deployments do all
 * day, records it, and stops; then each service's cache is made from its recording. Recorded is its
 * second start, which finds its data: what only a first one needs (migrations, making a database,
 * the demo) would make each later one slower.
 */
public final class Training {
  /**
   * What a training run compiles, every start with its cache compiles at once, and on two
   * processors has less of them for itself: so only what is called ten times as often as usually.
   */
  private static final String FEW_COMPILED = "-XX:CompileThresholdScaling=10";

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Training() {}

  /** Whether every service has a cache that holds for what is built now. */
  static boolean isDone() {
    return Stream.of(Service.values()).allMatch(ServiceProcess::hasCache);
  }

  /** Trains all services, unless their caches are current. */
  public static void ensure() {
    if (!isDone()) {
      run();
    }
  }

  /** Trains all services; takes about half a minute on two processors. */
  static void run() {
    try (Platform platform = Platform.prepare(Platform.USUAL)) {
      // Whoever ends this process early shall find nothing running once it is gone.
      Runtime.getRuntime().addShutdownHook(new Thread(platform::close));
      List<ServiceProcess> services = Stream.of(Service.values()).map(platform::service).toList();
      platform.start(Service.values());
      EnvFile demo = EnvFile.open(platform.folder().resolve("env"));
      new DemoLoader(platform.operator(), demo).load();
      stop(services);
      services.forEach(service -> service.record(FEW_COMPILED));
      platform.start(Service.values());
      work(platform, demo);
      stop(services);
      services.parallelStream().forEach(ServiceProcess::makeCache);
    }
  }

  /** The edge first, so that nothing is recorded that only a shutdown does. */
  private static void stop(List<ServiceProcess> services) {
    services.reversed().forEach(ServiceProcess::stop);
  }

  /**
   * Authenticates by HTTP and by gRPC, with each key once: so that all classes are there. What
   * would be called often enough to be compiled then, every start would compile.
   */
  private static void work(Platform platform, EnvFile demo) {
    List<Secret> keys =
        Stream.concat(demo.demoKeys().stream(), Stream.of(Secret.of("no-key-of-this-platform")))
            .toList();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (Secret key : keys) {
        ask(client, platform.edgeUrl(), key);
        var _ =
            platform
                .operator()
                .authentication()
                .authenticate(AuthenticateRequest.newBuilder().setCredential(key.reveal()).build());
      }
    }
  }

  private static void ask(HttpClient client, String edge, Secret key) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(edge + "/api/v1/me"))
            .header("X-API-Key", key.reveal())
            .timeout(LIMIT)
            .build();
    try {
      var _ = client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("the edge does not answer in the training run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
