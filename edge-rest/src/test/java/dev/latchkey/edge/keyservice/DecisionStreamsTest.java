package dev.latchkey.edge.keyservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.Await;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.kit.balancing.Nodes;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.grpc.CallCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DecisionStreamsTest {
  private static final AuthenticateRequest QUESTION =
      AuthenticateRequest.newBuilder().setCredential(TestKeys.key("streamed")).build();

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SlowCredentials ownKey = new SlowCredentials();
  private FakeKeyService node;
  private ManagedChannel channel;
  private DecisionStreams streams;

  /** Keys that are at hand only once they are let go on; who opens a stream waits for them. */
  private static final class SlowCredentials extends CallCredentials {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch atHand = new CountDownLatch(1);

    @Override
    public void applyRequestMetadata(
        RequestInfo request, Executor executor, MetadataApplier applier) {
      asked.countDown();
      try {
        atHand.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      applier.apply(new Metadata());
    }
  }

  /** Who keeps what it is told. */
  private static final class Answer extends CompletableFuture<String> implements Asker {
    @Override
    public void answered(AuthenticateResponse response) {
      complete("answered");
    }

    @Override
    public void refused(AuthenticateError error) {
      complete("refused");
    }

    @Override
    public void unanswered() {
      complete("unanswered");
    }

    @Override
    public void ended() {
      complete("ended");
    }
  }

  @BeforeEach
  void start() {
    node = new FakeKeyService(0);
    node.when(QUESTION.getCredential(), Behaviour.allowing());
    Nodes nodes = new Nodes();
    channel =
        Channels.openToReady(
            "127.0.0.1:" + node.port(), InsecureChannelCredentials.create(), 1 << 20, nodes);
    streams = new DecisionStreams(nodes, ownKey, PATIENCE);
    var _ = channel.getState(true);
    Await.until("the node is connected", () -> nodes.next().isPresent());
  }

  @AfterEach
  void stop() {
    ownKey.atHand.countDown();
    streams.close();
    channel.shutdownNow();
    node.close();
  }

  private boolean ask(Asker asker) {
    return streams.tryAsk(QUESTION, "r-1", asker);
  }

  @Test
  void streamThatIsBeingOpened_takesNoQuestions_andHoldsNobodyUp() throws Exception {
    Answer first = new Answer();
    CompletableFuture<Boolean> opening = CompletableFuture.supplyAsync(() -> ask(first));
    Await.until("it is being opened", () -> ownKey.asked.getCount() == 0);

    assertThat(ask(new Answer())).isFalse();
    assertThat(opening).isNotDone();

    ownKey.atHand.countDown();
    assertThat(opening.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("answered");
    Answer second = new Answer();
    assertThat(ask(second)).isTrue();
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("answered");
  }

  @Test
  void nodeThatSaysNothing_isWaitedForByOneQuestion_andNotByThoseThatCameLater() throws Exception {
    ownKey.atHand.countDown();
    node.when(QUESTION.getCredential(), Behaviour.holding(new ConcurrentLinkedQueue<>()));
    long asked = System.nanoTime();
    Answer first = new Answer();
    assertThat(ask(first)).isTrue();
    Await.until(
        "half of the patience has passed",
        () -> System.nanoTime() - asked > PATIENCE.toNanos() / 2);
    Answer later = new Answer();
    assertThat(ask(later)).isTrue();

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("unanswered");
    assertThat(later.get(10, TimeUnit.SECONDS)).isEqualTo("ended");
  }
}
