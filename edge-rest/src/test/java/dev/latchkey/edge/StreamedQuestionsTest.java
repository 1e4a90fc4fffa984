package dev.latchkey.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.Await;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.FakeKeyService.Call;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The edge asks over a stream, and by a call where a stream cannot answer. */
final class StreamedQuestionsTest {
  private static final String KEY = TestKeys.key("streamed");
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private EdgeFixture edge;
  private FakeKeyService node;

  @BeforeEach
  void start() {
    edge = EdgeFixture.start();
    node = edge.keyService();
    node.when(KEY, Behaviour.allowing());
    Await.until("a question comes on a stream", () -> lastCall(TestKeys.key("first")).streamed());
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private HttpResponse<String> ask(String key, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "X-API-Key";
    all[1] = key;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return edge.get("/api/v1/me", all);
  }

  private Call lastCall(String key) {
    ask(key);
    return node.callsAbout(key).getLast();
  }

  private CompletableFuture<Integer> asking(String key) {
    return CompletableFuture.supplyAsync(() -> ask(key).statusCode());
  }

  @Test
  void question_comesOnAStream_withItsOwnId_underTheEdgesKey() {
    assertThat(ask(KEY, "X-Request-Id", "r-17").statusCode()).isEqualTo(200);

    Call call = node.callsAbout(KEY).getFirst();
    assertThat(call.streamed()).isTrue();
    assertThat(call.header("x-request-id")).isEqualTo("r-17");
    assertThat(call.header("authorization")).isEqualTo("Bearer " + TestKeys.EDGE);
    assertThat(call.request().getClientAddress()).isEqualTo("127.0.0.1");
  }

  @Test
  void questionOfATrace_comesByACall_whichCarriesIt() {
    assertThat(ask(KEY, "traceparent", TRACE).statusCode()).isEqualTo(200);

    Call call = node.callsAbout(KEY).getFirst();
    assertThat(call.streamed()).isFalse();
    assertThat(call.header("traceparent")).isEqualTo(TRACE);
  }

  @Test
  void answersOfOneStream_reachTheirAskers_inWhateverOrderTheyCome() {
    Queue<StreamObserver<AuthenticateResponse>> held = new ConcurrentLinkedQueue<>();
    String slow = TestKeys.key("slow");
    node.when(slow, Behaviour.holding(held));

    CompletableFuture<Integer> waiting = asking(slow);
    Await.until("it is under way", () -> !held.isEmpty());
    assertThat(ask(TestKeys.key("unknown")).statusCode()).isEqualTo(401);
    assertThat(ask(KEY).statusCode()).isEqualTo(200);
    assertThat(waiting).isNotDone();

    Behaviour.allowing().answer(held.remove());
    assertThat(waiting.join()).isEqualTo(200);
    assertThat(node.callsAbout(slow)).hasSize(1);
  }

  @Test
  void questionWithoutAnAnswer_isAskedByACall_andALateAnswerIsNobodys() {
    Queue<StreamObserver<AuthenticateResponse>> held = new ConcurrentLinkedQueue<>();
    String stuck = TestKeys.key("stuck");
    node.when(
        stuck,
        observer -> {
          if (held.isEmpty()) {
            held.add(observer);
          } else {
            Behaviour.allowing().answer(observer);
          }
        });

    CompletableFuture<Integer> answer = asking(stuck);
    // The stream speaks meanwhile: it is this one question that is stuck.
    Await.until(
        "others are answered, and then this one",
        () -> ask(KEY).statusCode() == 200 && answer.isDone());

    assertThat(answer.join()).isEqualTo(200);
    assertThat(node.callsAbout(stuck)).extracting(Call::streamed).containsExactly(true, false);
    Behaviour.failing(Status.INTERNAL.asRuntimeException()).answer(held.remove());
    assertThat(ask(KEY).statusCode()).isEqualTo(200);
    assertThat(lastCall(KEY).streamed()).isTrue();
  }

  /** How many are asked at once: more than a budget of attempts has tokens. */
  private static final int MANY = 150;

  /** Asks many questions at once, of which the stream answers none; gives the statuses. */
  private List<Integer> askedInVain(Runnable onceAllAreUnderWay) throws Exception {
    String stuck = TestKeys.key("in-vain");
    AtomicInteger asked = new AtomicInteger();
    node.when(
        stuck,
        observer -> {
          if (asked.incrementAndGet() > MANY) {
            Behaviour.allowing().answer(observer);
          }
        });
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers =
          IntStream.range(0, MANY)
              .mapToObj(_ -> clients.submit(() -> ask(stuck).statusCode()))
              .toList();
      Await.until("all are under way", () -> asked.get() >= MANY);
      onceAllAreUnderWay.run();
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
      return statuses;
    }
  }

  @Test
  void manyQuestionsWithoutAnAnswer_areAllAskedByCalls() throws Exception {
    assertThat(askedInVain(() -> {})).hasSize(MANY).containsOnly(200);
  }

  @Test
  void manyQuestionsOnAStreamThatEnds_areAllAskedByCalls() throws Exception {
    assertThat(askedInVain(node::endStreams)).hasSize(MANY).containsOnly(200);
  }

  /** Half of the budget of attempts, below which nothing is tried again. */
  private static final int HALF_THE_BUDGET = 50;

  /** Asks so many at once on the stream; returns their statuses once all are under way. */
  private List<CompletableFuture<Integer>> underWay(int count, String key, Behaviour onStream) {
    AtomicInteger asked = new AtomicInteger();
    node.whenStreamed(
        key,
        observer -> {
          onStream.answer(observer);
          asked.incrementAndGet();
        });
    // Says nothing of the budget.
    node.when(key, Behaviour.failing(Status.INTERNAL.asRuntimeException()));
    List<CompletableFuture<Integer>> statuses =
        IntStream.range(0, count)
            .mapToObj(
                _ ->
                    CompletableFuture.supplyAsync(
                        () -> ask(key).statusCode(), task -> Thread.ofVirtual().start(task)))
            .toList();
    Await.until("all are under way", () -> asked.get() == count);
    return statuses;
  }

  @Test
  void refusedQuestion_isAskedByACall_onlyWhileFewAreRefused() {
    String refused = TestKeys.key("refused");
    node.whenStreamed(refused, Behaviour.failing(Status.UNAVAILABLE.asRuntimeException()));
    node.when(refused, Behaviour.failing(Status.INTERNAL.asRuntimeException()));
    IntStream.range(0, HALF_THE_BUDGET - 1).forEach(_ -> ask(refused));
    assertThat(node.callsAbout(refused)).filteredOn(Call::streamed).hasSize(HALF_THE_BUDGET - 1);
    assertThat(node.callsAbout(refused)).hasSize(2 * (HALF_THE_BUDGET - 1));
    // One more may be tried again as these are put, and none once the first is refused.
    Queue<StreamObserver<AuthenticateResponse>> held = new ConcurrentLinkedQueue<>();
    String late = TestKeys.key("refused-late");
    List<CompletableFuture<Integer>> statuses = underWay(5, late, Behaviour.holding(held));

    held.forEach(Behaviour.failing(Status.UNAVAILABLE.asRuntimeException())::answer);

    assertThat(statuses).allSatisfy(status -> assertThat(status.join()).isEqualTo(503));
    assertThat(node.callsAbout(late)).hasSize(5).allMatch(Call::streamed);
  }

  /** So many questions have no answer on the stream, and none by a call. */
  private void askInVain(int count) {
    String key = TestKeys.key("vain-" + count);
    String other = TestKeys.key("other");
    node.when(other, Behaviour.failing(Status.INTERNAL.asRuntimeException()));
    List<CompletableFuture<Integer>> statuses = underWay(count, key, observer -> {});
    Await.until(
        "all are given up, by a node that speaks",
        () -> {
          ask(other, "traceparent", TRACE);
          return statuses.stream().allMatch(CompletableFuture::isDone);
        });
  }

  @Test
  void manyWithoutAnAnswer_haveQuestionsAskedByCalls_untilEnoughAreAnswered() {
    askInVain(HALF_THE_BUDGET - 10);
    IntStream.range(0, HALF_THE_BUDGET).forEach(_ -> ask(KEY));
    assertThat(node.callsAbout(KEY)).allMatch(Call::streamed);
    askInVain(HALF_THE_BUDGET - 11);
    assertThat(lastCall(KEY).streamed()).as("answers have made up for the first").isTrue();

    askInVain(HALF_THE_BUDGET - 12);
    assertThat(lastCall(KEY).streamed()).isFalse();
    Await.until("enough are answered", () -> lastCall(KEY).streamed());
  }

  @Test
  void streamThatEnds_costsNobodyAnAnswer_andIsFollowedByAnother() {
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Integer>> clients =
        IntStream.range(0, 4)
            .mapToObj(
                _ ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          int worst = 200;
                          while (!over.get()) {
                            worst = Math.max(worst, ask(KEY).statusCode());
                          }
                          return worst;
                        }))
            .toList();
    for (int i = 0; i < 10; i++) {
      int before = node.callsAbout(KEY).size();
      Await.until("the load goes on", () -> node.callsAbout(KEY).size() > before + 20);
      node.endStreams();
    }
    over.set(true);

    assertThat(clients).allSatisfy(client -> assertThat(client.join()).isEqualTo(200));
    assertThat(lastCall(KEY).streamed()).isTrue();
  }

  @Test
  void nodeThatRefusesStreams_isAskedByCalls_andNotForAStreamWithEveryRequest() {
    String refused = TestKeys.key("refused");
    node.when(refused, Behaviour.failing(Status.PERMISSION_DENIED.asRuntimeException()));
    node.endStreams();
    Await.until(
        "the first question of a new stream ends it",
        () -> {
          ask(refused);
          return node.callsAbout(refused).stream().anyMatch(Call::streamed);
        });
    long start = System.nanoTime();
    while (Duration.ofNanos(System.nanoTime() - start).toMillis() < 300) {
      assertThat(ask(KEY).statusCode()).isEqualTo(200);
    }
    assertThat(node.callsAbout(KEY)).noneMatch(Call::streamed);

    Await.until("it is given a stream again", () -> lastCall(KEY).streamed());
  }
}
