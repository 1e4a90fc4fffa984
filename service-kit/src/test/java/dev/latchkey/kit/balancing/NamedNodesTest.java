package dev.latchkey.kit.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that are found by a name: each of its addresses is a node. */
final class NamedNodesTest {
  private static final int TRIES = 20;

  private final Node one = new Node();
  private final Node two = new Node();
  private Server first;
  private Server second;

  /** Answers everything, and counts. */
  private static final class Node extends AuthenticationServiceGrpc.AuthenticationServiceImplBase {
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public void authenticate(
        AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
      calls.incrementAndGet();
      observer.onNext(AuthenticateResponse.getDefaultInstance());
      observer.onCompleted();
    }

    Server listen(String address, int port) throws IOException {
      return ServerTransport.builder(address, port).addService(this).build().start();
    }
  }

  @BeforeEach
  void start() throws IOException {
    first = one.listen("127.0.0.1", 0);
    for (int tries = TRIES; ; tries--) {
      try {
        second = two.listen("127.0.0.2", first.getPort());
        return;
      } catch (IOException taken) {
        // The port is free on the one address, and not on the other.
        first.shutdownNow();
        if (tries == 0) {
          throw taken;
        }
        first = one.listen("127.0.0.1", 0);
      }
    }
  }

  @AfterEach
  void stop() {
    first.shutdownNow();
    second.shutdownNow();
  }

  private static AuthenticateResponse call(ManagedChannel channel) {
    return AuthenticationServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .authenticate(AuthenticateRequest.getDefaultInstance());
  }

  private static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      Thread.onSpinWait();
    }
  }

  @Test
  void everyAddressOfAName_isANode_andOneThatDiesIsMadeUpForByTheOther() {
    ManagedChannel channel = Channels.open(TestNames.TWO_NODES + ":" + first.getPort());
    try {
      await(() -> call(channel) != null && one.calls.get() > 0 && two.calls.get() > 0);
      int ofOne = one.calls.get();
      int ofTwo = two.calls.get();
      for (int i = 0; i < 20; i++) {
        call(channel);
      }
      assertThat(one.calls.get() - ofOne).isEqualTo(10);
      assertThat(two.calls.get() - ofTwo).isEqualTo(10);

      second.shutdownNow();
      for (int i = 0; i < 20; i++) {
        call(channel);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void nameThatIsNotThere_isUnavailable_andNoOtherNodeIsLostForIt() {
    String here = "127.0.0.1:" + first.getPort();
    ManagedChannel nowhere = Channels.open("nobody.test:9090");
    ManagedChannel both = Channels.open("nobody.test:9090," + here);
    try {
      assertThatThrownBy(() -> call(nowhere))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("UNAVAILABLE");
      assertThat(call(both)).isNotNull();
    } finally {
      nowhere.shutdownNow();
      both.shutdownNow();
    }
  }
}
