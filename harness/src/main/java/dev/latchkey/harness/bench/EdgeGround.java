package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Ports;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the edge is measured on: a whole platform, keys that every check applies to, and a request
 * for {@code GET /api/v1/me} with each. The requests name the client's address as a proxy would,
 * and the edge trusts it.
 */
final class EdgeGround implements AutoCloseable {
  private static final String PATH = "/api/v1/me";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Platform platform;
  private final List<Secret> keys;

  private EdgeGround(Platform platform, List<Secret> keys) {
    this.platform = platform;
    this.keys = keys;
  }

  /** Starts the services and issues the keys. */
  static EdgeGround start(List<String> jvmArguments, int keys, PrintWriter out) {
    out.println("starting key-service, tenant-service and edge-rest");
    out.flush();
    Platform platform = Platform.prepare(jvmArguments);
    try {
      platform.service(Service.EDGE).set("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1/32");
      // A machine that stands still for a while is seen in the latencies, and ends no run.
      platform.service(Service.EDGE).set("LATCHKEY_AUTHENTICATE_TIMEOUT", "30s");
      platform.start(Service.TENANT_SERVICE, Service.KEY_SERVICE, Service.EDGE);
      out.printf("issuing %,d keys%n", keys);
      out.flush();
      return new EdgeGround(platform, new BenchKeys(platform.operator()).issue(keys));
    } catch (RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  /** The processes. */
  Platform platform() {
    return platform;
  }

  /** Requests to the edge. */
  HttpLoad edge(int connections) {
    return load(platform.edgeUrl(), connections);
  }

  /**
   * Starts a bare controller that makes one call to a server that does nothing, and answers with a
   * body that the edge gave.
   *
   * @return its address, {@code http://host:port}
   */
  String startBare() throws IOException {
    AuthenticateRequest question =
        AuthenticateRequest.newBuilder()
            .setCredential(keys.getFirst().reveal())
            .setClientAddress(BenchKeys.CLIENT)
            .build();
    String body = ask(platform.edgeUrl(), keys.getFirst()).body();
    int port = Ports.free();
    platform
        .baseline(
            "bare-http",
            Platform.FULL_SPEED,
            Map.of(
                "BARE_PORT",
                Integer.toString(port),
                "BARE_TARGET",
                AuthenticateGround.startNoOp(platform, question),
                "BARE_REQUEST",
                Files.write(file("bare-request"), question.toByteArray()).toString(),
                "BARE_BODY",
                Files.writeString(file("bare-body"), body).toString()))
        .start();
    String url = "http://127.0.0.1:" + port;
    Await.until(
        START_LIMIT, () -> answers(url, body), () -> "the bare controller does not answer so");
    return url;
  }

  private Path file(String name) {
    return platform.folder().resolve(name);
  }

  private boolean answers(String url, String body) {
    try {
      return ask(url, keys.getFirst()).body().equals(body);
    } catch (IOException e) {
      return false;
    }
  }

  /** One request to the edge with each key, one after the other. */
  void askWithEach() throws IOException {
    for (Secret key : keys) {
      var _ = ask(platform.edgeUrl(), key);
    }
  }

  /** The same requests to any address, {@code http://host:port}. */
  HttpLoad load(String url, int connections) {
    String host = URI.create(url).getAuthority();
    return new HttpLoad(url, keys.stream().map(key -> request(host, key)).toList(), connections);
  }

  private static byte[] request(String host, Secret key) {
    return """
    GET %s HTTP/1.1\r
    Host: %s\r
    Accept: application/json\r
    User-Agent: latchkey-bench\r
    X-API-Key: %s\r
    X-Forwarded-For: %s\r
    \r
    """
        .formatted(PATH, host, key.reveal(), BenchKeys.CLIENT)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static HttpResponse<String> ask(String url, Secret key) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + PATH))
            .header("X-API-Key", key.reveal())
            .header("X-Forwarded-For", BenchKeys.CLIENT)
            .timeout(LIMIT)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("%s: %d %s".formatted(url, answer.statusCode(), answer.body()));
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    platform.close();
  }
}
