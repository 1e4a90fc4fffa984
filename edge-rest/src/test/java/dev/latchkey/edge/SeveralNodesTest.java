package dev.latchkey.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.Await;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.HangingProxy;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** One edge in front of several nodes of key-service. */
final class SeveralNodesTest {
  private static final String KEY = TestKeys.key("several");

  private final List<FakeKeyService> nodes = new ArrayList<>();

  private void startNodes(int count) {
    for (int i = 0; i < count; i++) {
      nodes.add(node(0));
    }
  }

  private static FakeKeyService node(int port) {
    FakeKeyService node = new FakeKeyService(port);
    node.when(KEY, Behaviour.allowing());
    return node;
  }

  @AfterEach
  void stop() {
    nodes.forEach(FakeKeyService::close);
  }

  private EdgeFixture edge(Integer... ports) {
    String targets =
        IntStream.range(0, ports.length)
            .mapToObj(i -> "127.0.0.1:" + ports[i])
            .collect(Collectors.joining(","));
    return EdgeFixture.start(
        Map.of("LATCHKEY_KEY_SERVICE", targets, "LATCHKEY_AUTHENTICATE_TIMEOUT", "2s"));
  }

  private EdgeFixture edge() {
    return edge(nodes.stream().map(FakeKeyService::port).toArray(Integer[]::new));
  }

  private static int ask(EdgeFixture edge) {
    return edge.get("/api/v1/me", "X-API-Key", KEY).statusCode();
  }

  /** Returns once calls reach every node. */
  private void awaitAll(EdgeFixture edge, FakeKeyService... expected) {
    Await.until(
        "every node gets calls",
        () -> {
          List<Integer> before = List.of(expected).stream().map(FakeKeyService::calls).toList();
          IntStream.range(0, 6).forEach(_ -> ask(edge));
          return IntStream.range(0, expected.length)
              .allMatch(i -> expected[i].calls() > before.get(i));
        });
  }

  @Test
  void callsAreSpreadEvenlyOverAllNodes() {
    startNodes(3);
    try (EdgeFixture edge = edge()) {
      awaitAll(edge, nodes.toArray(FakeKeyService[]::new));
      List<Integer> before = nodes.stream().map(FakeKeyService::calls).toList();

      IntStream.range(0, 90).forEach(_ -> assertThat(ask(edge)).isEqualTo(200));

      for (int i = 0; i < 3; i++) {
        assertThat(nodes.get(i).calls() - before.get(i)).isBetween(29, 31);
      }
    }
  }

  /** More than once: what breaks depends on what was being written when the node died. */
  @RepeatedTest(5)
  void killedNode_failsNoRequest_andIsUsedAgainWithinASecond() {
    startNodes(3);
    FakeKeyService killed = nodes.get(1);
    HangingProxy process = new HangingProxy(killed.port());
    int port = process.port();
    try (EdgeFixture edge = edge(nodes.get(0).port(), port, nodes.get(2).port())) {
      awaitAll(edge, nodes.toArray(FakeKeyService[]::new));

      List<Integer> failures = during(edge, process::close);

      assertThat(failures).isEmpty();
      int before = killed.calls();
      try (HangingProxy _ = new HangingProxy(killed.port(), port)) {
        long since = System.nanoTime();
        Await.until("it gets calls again", () -> ask(edge) == 200 && killed.calls() > before);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(2));
      }
    } finally {
      process.close();
    }
  }

  @Test
  void drainingNode_getsNoNewCalls_andFailsNone() {
    startNodes(3);
    try (EdgeFixture edge = edge()) {
      awaitAll(edge, nodes.toArray(FakeKeyService[]::new));
      FakeKeyService draining = nodes.get(2);

      draining.serving(false);
      Await.until(
          "it gets no more calls",
          () -> {
            int before = draining.calls();
            IntStream.range(0, 12).forEach(_ -> assertThat(ask(edge)).isEqualTo(200));
            return draining.calls() == before;
          });
      assertThat(edge.edge().isReady()).isTrue();

      draining.serving(true);
      awaitAll(edge, draining);
      assertThat(during(edge, draining::drain)).isEmpty();
    }
  }

  @Test
  void nodeThatSaysUnavailable_isMadeUpForByAnother() {
    startNodes(3);
    nodes.getFirst().when(KEY, Behaviour.failing(Status.UNAVAILABLE.asRuntimeException()));
    try (EdgeFixture edge = edge()) {
      awaitAll(edge, nodes.toArray(FakeKeyService[]::new));

      IntStream.range(0, 300).forEach(_ -> assertThat(ask(edge)).isEqualTo(200));
    }
  }

  @Test
  void otherFailures_areNotTriedAgain() {
    startNodes(2);
    nodes.forEach(node -> node.when(KEY, Behaviour.failing(Status.INTERNAL.asRuntimeException())));
    try (EdgeFixture edge = edge()) {
      assertThat(ask(edge)).isEqualTo(503);
      assertThat(nodes.get(0).calls() + nodes.get(1).calls()).isEqualTo(1);
    }
  }

  @Test
  void hangingNode_costsHalfASecondOnce_thenNothing_andIsUsedAgainOnceItSpeaks() {
    startNodes(3);
    FakeKeyService hanging = nodes.get(0);
    try (HangingProxy proxy = new HangingProxy(hanging.port());
        EdgeFixture edge = edge(proxy.port(), nodes.get(1).port(), nodes.get(2).port())) {
      awaitAll(edge, nodes.toArray(FakeKeyService[]::new));
      proxy.hang(true);

      List<Long> millis = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        long start = System.nanoTime();
        assertThat(ask(edge)).isEqualTo(200);
        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
      }

      assertThat(millis).allMatch(took -> took < 1_500);
      assertThat(millis).filteredOn(took -> took >= 450).hasSizeBetween(1, 3);

      proxy.hang(false);
      awaitAll(edge, hanging);
    }
  }

  @Test
  void whenAllNodesFail_requestsFailAtOnce_andAttemptsDoNotBecomeAStorm() {
    startNodes(2);
    nodes.forEach(
        node -> node.when(KEY, Behaviour.failing(Status.UNAVAILABLE.asRuntimeException())));
    try (EdgeFixture edge = edge()) {
      for (int i = 0; i < 200; i++) {
        HttpResponse<String> answer = edge.get("/api/v1/me", "X-API-Key", KEY);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      }

      assertThat(nodes.get(0).calls() + nodes.get(1).calls()).isBetween(220, 300);
    }
  }

  @Test
  void whenNoNodeIsThere_requestsFailAtOnce_andTheEdgeIsNotReady() {
    startNodes(2);
    try (EdgeFixture edge = edge()) {
      nodes.forEach(FakeKeyService::close);
      Await.until("the edge is not ready", () -> !edge.edge().isReady());

      long start = System.nanoTime();
      IntStream.range(0, 20).forEach(_ -> assertThat(ask(edge)).isEqualTo(503));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }
  }

  @Test
  void drainingEdge_goesOnForTheDelay_andTellsClientsToGoElsewhere() {
    startNodes(1);
    Queue<StreamObserver<AuthenticateResponse>> held = new ConcurrentLinkedQueue<>();
    String slow = TestKeys.key("slow");
    nodes.getFirst().when(slow, Behaviour.holding(held));
    EdgeFixture edge =
        EdgeFixture.start(
            Map.of(
                "LATCHKEY_KEY_SERVICE",
                "127.0.0.1:" + nodes.getFirst().port(),
                "LATCHKEY_DRAIN_DELAY",
                "2s"));
    try (edge) {
      assertThat(edge.get("/api/v1/me", "X-API-Key", KEY).headers().firstValue("Connection"))
          .isNotEqualTo(java.util.Optional.of("close"));
      CompletableFuture<HttpResponse<String>> underWay =
          CompletableFuture.supplyAsync(() -> edge.get("/api/v1/me", "X-API-Key", slow));
      Await.until("a request is under way", () -> !held.isEmpty());

      CompletableFuture<Void> ended = CompletableFuture.runAsync(edge.edge()::close);
      Await.until("it is not ready", () -> !edge.edge().isReady());

      assertThat(edge.get("/health/readiness").statusCode()).isEqualTo(503);
      HttpResponse<String> answer = edge.get("/api/v1/me", "X-API-Key", KEY);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Connection")).contains("close");
      // The server itself closes: what it says is the end of what it sends.
      assertThat(
              edge.raw("GET /api/v1/me HTTP/1.1\r\nHost: edge\r\nX-API-Key: " + KEY + "\r\n\r\n"))
          .startsWith("HTTP/1.1 200");

      Behaviour.allowing().answer(held.remove());
      assertThat(underWay.join().statusCode()).isEqualTo(200);
      ended.join();
    }
  }

  /** Sends requests from four clients while something happens; gives the statuses but 200. */
  private static List<Integer> during(EdgeFixture edge, Runnable event) {
    Queue<Integer> failures = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    List<Thread> clients =
        IntStream.range(0, 4)
            .mapToObj(
                _ ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              while (!over.get()) {
                                int status = ask(edge);
                                answered.incrementAndGet();
                                if (status != 200) {
                                  failures.add(status);
                                }
                              }
                            }))
            .toList();
    Await.until("the load runs", () -> answered.get() > 100);
    event.run();
    int before = answered.get();
    Await.until("the load goes on", () -> answered.get() > before + 300);
    over.set(true);
    clients.forEach(
        client -> {
          try {
            client.join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return List.copyOf(failures);
  }
}
