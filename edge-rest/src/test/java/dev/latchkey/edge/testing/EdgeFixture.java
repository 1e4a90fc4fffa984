package dev.latchkey.edge.testing;

import dev.latchkey.edge.EdgeServer;
import dev.latchkey.edge.EdgeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A real edge on a free port, its key in a file, in front of a {@link FakeKeyService}. */
public final class EdgeFixture implements AutoCloseable {
  private final FakeManagement management = new FakeManagement();
  private final FakeKeyService keyService =
      new FakeKeyService(0, management.registry("latchkey.keys."));
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path secrets;
  private final EdgeServer edge;

  private EdgeFixture(Map<String, String> more) {
    try {
      secrets = Files.createTempDirectory("edge-secrets");
      Files.writeString(secrets.resolve("edge.key"), TestKeys.EDGE + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("LATCHKEY_EDGE_PORT", "0");
    environment.put("LATCHKEY_EDGE_OPERATIONS_PORT", "0");
    environment.put("LATCHKEY_KEY_SERVICE", "127.0.0.1:" + keyService.port());
    environment.put("LATCHKEY_TENANT_SERVICE", "127.0.0.1:" + management.tenantServicePort());
    environment.put("LATCHKEY_SECRETS_DIR", secrets.toString());
    environment.put("LATCHKEY_AUTHENTICATE_TIMEOUT", "10s");
    environment.putAll(more);
    edge = EdgeServer.start(EdgeSettings.read(environment));
    Await.until("the edge is ready", edge::isReady);
  }

  /** Starts both; returns once the edge is ready. */
  public static EdgeFixture start() {
    return start(Map.of());
  }

  /** The same with settings of the test's own. */
  public static EdgeFixture start(Map<String, String> settings) {
    return new EdgeFixture(settings);
  }

  public FakeKeyService keyService() {
    return keyService;
  }

  public FakeManagement management() {
    return management;
  }

  public EdgeServer edge() {
    return edge;
  }

  /** Sends a GET. */
  public HttpResponse<String> get(String path, String... headers) {
    return send(
        path, request -> headers.length == 0 ? request.GET() : request.headers(headers).GET());
  }

  /** Sends a POST of JSON. */
  public HttpResponse<String> post(String path, String body, String... headers) {
    return send(
        path,
        request ->
            (headers.length == 0 ? request : request.headers(headers))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Sends any request. */
  public HttpResponse<String> send(String path, UnaryOperator<HttpRequest.Builder> request) {
    try {
      return client.send(
          request
              .apply(
                  HttpRequest.newBuilder(uri(path))
                      .version(HttpClient.Version.HTTP_1_1)
                      .timeout(Duration.ofSeconds(20)))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends bytes as they are and reads the answer to its end; the server must close. */
  public String raw(String request) {
    return RawHttp.exchange(edge.port(), request);
  }

  /** The same, saying that nothing more will be sent. */
  public String rawHalfClosed(String request) {
    return RawHttp.exchangeHalfClosed(edge.port(), request);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(edge.port(), path));
  }

  /** What the operations port answers. */
  public String operations(String path) {
    try {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:%d%s".formatted(edge.operationsPort(), path)))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    edge.close();
    keyService.close();
    management.close();
    try {
      Files.deleteIfExists(secrets.resolve("edge.key"));
      Files.deleteIfExists(secrets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
