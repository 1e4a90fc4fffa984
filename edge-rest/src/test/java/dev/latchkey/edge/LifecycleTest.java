package dev.latchkey.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.edge.testing.Await;
import dev.latchkey.edge.testing.CapturedLog;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.settings.SettingsException;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LifecycleTest {
  @Test
  void edgeThatStartsFirst_waitsForItsKeyAndForKeyService_andSaysSo(@TempDir Path secrets)
      throws IOException {
    int port = freePort();
    try (CapturedLog log = new CapturedLog();
        EdgeServer edge =
            EdgeServer.start(
                EdgeSettings.read(
                    Map.of(
                        "LATCHKEY_EDGE_PORT",
                        "0",
                        "LATCHKEY_EDGE_OPERATIONS_PORT",
                        "0",
                        "LATCHKEY_KEY_SERVICE",
                        "127.0.0.1:" + port,
                        "LATCHKEY_SECRETS_DIR",
                        secrets.toString())))) {
      Await.until("it says what it waits for", () -> log.text().contains("edge.key"));
      assertThat(log.text()).contains("waiting for key-service at 127.0.0.1:" + port);
      assertThat(edge.isReady()).isFalse();

      try (FakeKeyService keyService = new FakeKeyService(port)) {
        assertThat(keyService.port()).isEqualTo(port);
        Await.until("it finds key-service", () -> log.text().contains("is serving"));
        assertThat(edge.isReady()).isFalse();

        Files.writeString(secrets.resolve("edge.key"), TestKeys.EDGE);
        Await.until("it finds its key", edge::isReady);

        keyService.serving(false);
        Await.until("it hears that key-service is not ready", () -> !edge.isReady());
        keyService.serving(true);
        Await.until("it hears that key-service is ready again", edge::isReady);
      }
      Await.until("it notices that key-service is gone", () -> !edge.isReady());

      try (FakeKeyService again = new FakeKeyService(port)) {
        assertThat(again.port()).isEqualTo(port);
        Await.until("it finds key-service again", edge::isReady);
      }
    }
  }

  @Test
  void requestUnderWay_isAnswered_whenTheEdgeEnds() {
    String key = TestKeys.key("slow");
    Queue<StreamObserver<AuthenticateResponse>> held = new ConcurrentLinkedQueue<>();
    EdgeFixture fixture = EdgeFixture.start();
    try (fixture) {
      fixture.keyService().when(key, Behaviour.holding(held));
      CompletableFuture<HttpResponse<String>> answer =
          CompletableFuture.supplyAsync(() -> fixture.get("/api/v1/me", "X-API-Key", key));
      Await.until("the request is under way", () -> !held.isEmpty());

      CompletableFuture<Void> ended = CompletableFuture.runAsync(fixture.edge()::close);
      Await.until("the edge is not ready", () -> !fixture.edge().isReady());
      assertThat(answer).isNotDone();
      held.remove().onError(Status.NOT_FOUND.asRuntimeException());

      assertThat(answer.join().statusCode()).isEqualTo(503);
      ended.join();
    }
  }

  @Test
  void keyServiceThatDoesNotAnswer_is503WithinTheTimeout() {
    String key = TestKeys.key("silent");
    Queue<StreamObserver<AuthenticateResponse>> held = new ConcurrentLinkedQueue<>();
    try (EdgeFixture fixture =
        EdgeFixture.start(Map.of("LATCHKEY_AUTHENTICATE_TIMEOUT", "100ms"))) {
      fixture.keyService().when(key, Behaviour.holding(held));

      assertThat(fixture.get("/api/v1/me", "X-API-Key", key).statusCode()).isEqualTo(503);
    }
  }

  @Test
  void edgeWhoseOwnKeyIsRefused_says503_andLogsAnError() {
    String key = TestKeys.key("ownkey");
    try (CapturedLog log = new CapturedLog();
        EdgeFixture fixture = EdgeFixture.start()) {
      fixture
          .keyService()
          .when(key, Behaviour.failing(Status.UNAUTHENTICATED.asRuntimeException()));

      assertThat(fixture.get("/api/v1/me", "X-API-Key", key).statusCode()).isEqualTo(503);
      assertThat(log.text())
          .containsPattern("ERROR .*key-service refuses this edge's own service key");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATCHKEY_EDGE_PORT", "LATCHKEY_EDGE_OPERATIONS_PORT"})
  void takenPort_isNamedWithItsSetting(String setting) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Map<String, String> environment =
          Map.of(
              "LATCHKEY_EDGE_PORT",
              "0",
              "LATCHKEY_EDGE_OPERATIONS_PORT",
              "0",
              "LATCHKEY_KEY_SERVICE",
              "127.0.0.1:1");
      Map<String, String> clashing = new java.util.HashMap<>(environment);
      clashing.put(setting, Integer.toString(taken.getLocalPort()));

      assertThatThrownBy(() -> EdgeServer.start(EdgeSettings.read(clashing)))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining(
              "%s: port %d of 127.0.0.1 is taken".formatted(setting, taken.getLocalPort()));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
