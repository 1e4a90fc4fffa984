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
 * day, records it, and stops; then each service's cache is made from its recording.
 */
public final class Training {
  // Enough for the JVM to see which methods matter; more made starts no faster.
  private static final int ROUNDS = 20;
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
      services.forEach(ServiceProcess::record);
      platform.start(Service.values());
      work(platform);
      // The edge first, so that nothing is recorded that only a shutdown does.
      services.reversed().forEach(ServiceProcess::stop);
      services.parallelStream().forEach(ServiceProcess::makeCache);
    }
  }

  /** Makes tenants and keys, then authenticates by HTTP and by gRPC. */
  private static void work(Platform platform) {
    EnvFile saved = EnvFile.open(platform.folder().resolve("env"));
    new DemoLoader(platform.operator(), saved).load();
    List<Secret> keys =
        Stream.concat(saved.demoKeys().stream(), Stream.of(Secret.of("no-key-of-this-platform")))
            .toList();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int round = 0; round < ROUNDS; round++) {
        for (Secret key : keys) {
          ask(client, platform.edgeUrl(), key);
          var _ =
              platform
                  .operator()
                  .authentication()
                  .authenticate(
                      AuthenticateRequest.newBuilder().setCredential(key.reveal()).build());
        }
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
