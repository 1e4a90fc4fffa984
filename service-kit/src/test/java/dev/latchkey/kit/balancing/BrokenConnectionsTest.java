package dev.latchkey.kit.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that are under way on a node which ends without waiting for them. */
final class BrokenConnectionsTest {
  private static final int LIMIT_SECONDS = 10;

  private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
  private final Map<String, Server> nodes = Map.of("one", silent("one"), "two", silent("two"));
  private ManagedChannel channel;

  /** A call that a node has taken and not answered. */
  private record Taken(String node, StreamObserver<?> observer) {
    void answer() {
      @SuppressWarnings("unchecked") // Only decisions are answered here.
      var decision = (StreamObserver<AuthenticateResponse>) observer;
      decision.onNext(AuthenticateResponse.getDefaultInstance());
      decision.onCompleted();
    }
  }

  private Server silent(String name) {
    return ServerTransport.builder("127.0.0.1", 0)
        .addService(
            new AuthenticationServiceGrpc.AuthenticationServiceImplBase() {
              @Override
              public void authenticate(
                  AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
                taken.add(new Taken(name, observer));
              }
            })
        .addService(
            new KeyServiceGrpc.KeyServiceImplBase() {
              @Override
              public void createKey(
                  CreateKeyRequest request, StreamObserver<CreateKeyResponse> observer) {
                taken.add(new Taken(name, observer));
              }
            })
        .build();
  }

  @BeforeEach
  void start() throws IOException {
    StringBuilder targets = new StringBuilder();
    for (Server node : nodes.values()) {
      node.start();
      targets.append(targets.isEmpty() ? "" : ",").append("127.0.0.1:").append(node.getPort());
    }
    channel = Channels.open(targets.toString());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    nodes.values().forEach(Server::shutdownNow);
  }

  private void end(String node) {
    Objects.requireNonNull(nodes.get(node)).shutdownNow();
  }

  private Taken nextTaken() throws InterruptedException {
    return Objects.requireNonNull(
        taken.poll(LIMIT_SECONDS, TimeUnit.SECONDS), "no node was asked in time");
  }

  private ListenableFuture<AuthenticateResponse> decide() {
    return AuthenticationServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
        .authenticate(AuthenticateRequest.getDefaultInstance());
  }

  private ListenableFuture<CreateKeyResponse> write() {
    return KeyServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
        .createKey(CreateKeyRequest.getDefaultInstance());
  }

  private static Status.Code codeOf(ListenableFuture<?> call) throws Exception {
    try {
      Object _ = call.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return Status.Code.OK;
    } catch (ExecutionException e) {
      return Status.fromThrowable(e).getCode();
    }
  }

  @Test
  void decisionOnANodeThatEnds_isMadeOnAnother() throws Exception {
    ListenableFuture<AuthenticateResponse> decision = decide();

    Taken first = nextTaken();
    end(first.node());
    Taken again = nextTaken();
    again.answer();

    assertThat(codeOf(decision)).isEqualTo(Status.Code.OK);
    assertThat(again.node()).isNotEqualTo(first.node());
  }

  @Test
  void writeOnANodeThatEnds_isUnavailable_andIsNotMadeAgain() throws Exception {
    ListenableFuture<CreateKeyResponse> write = write();

    end(nextTaken().node());

    assertThat(codeOf(write)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(taken).isEmpty();
  }

  @Test
  void whatTheCallerGivesUp_isCancelled_andIsNotMadeAgain() throws Exception {
    ListenableFuture<AuthenticateResponse> decision;
    try (Context.CancellableContext context = Context.current().withCancellation()) {
      decision = context.call(this::decide);
      Taken _ = nextTaken();
    }

    assertThat(codeOf(decision)).isEqualTo(Status.Code.CANCELLED);
    assertThat(taken).isEmpty();
  }
}
