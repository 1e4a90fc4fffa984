package dev.latchkey.kit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server whose calls never end by themselves. */
final class CallDeadlineTest {
  private static final Duration LIMIT = Duration.ofMillis(300);
  private static final long PATIENCE_SECONDS = 20;

  private static final BlockingQueue<Context> contexts = new LinkedBlockingQueue<>();
  private static final BlockingQueue<StreamObserver<HealthCheckResponse>> streams =
      new LinkedBlockingQueue<>();

  private static Server server;
  private static ManagedChannel channel;

  /** Answers nothing. */
  private static final class Silent extends HealthGrpc.HealthImplBase {
    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> out) {
      contexts.add(Context.current());
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> out) {
      streams.add(out);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    server =
        ServerTransport.builder("127.0.0.1", 0)
            .addService(ServerInterceptors.intercept(new Silent(), new CallDeadline(LIMIT)))
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** A call, and what it ended with. */
  private static final class Call extends ClientCall.Listener<HealthCheckResponse> {
    final CompletableFuture<Status> end = new CompletableFuture<>();
    final BlockingQueue<HealthCheckResponse> answers = new LinkedBlockingQueue<>();
    private final ClientCall<HealthCheckRequest, HealthCheckResponse> call;

    Call(MethodDescriptor<HealthCheckRequest, HealthCheckResponse> method, CallOptions options) {
      call = channel.newCall(method, options);
      call.start(this, new Metadata());
      call.request(10);
    }

    Call send() {
      call.sendMessage(HealthCheckRequest.getDefaultInstance());
      call.halfClose();
      return this;
    }

    Status end() throws Exception {
      return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onMessage(HealthCheckResponse message) {
      answers.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(status);
    }
  }

  private static void assertEndedByTheServer(Status status) {
    assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(status.getDescription()).contains("the call took longer");
  }

  @Test
  void aCallWithoutADeadline_endsAtTheLimit_andWhoWorksOnItHearsOfIt() throws Exception {
    contexts.clear();
    Call call = new Call(HealthGrpc.getCheckMethod(), CallOptions.DEFAULT).send();

    assertEndedByTheServer(call.end());
    Context context = contexts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(context).isNotNull();
    assertThat(context.isCancelled()).isTrue();
  }

  @Test
  void aCallWithAFarDeadline_endsAtTheLimit() throws Exception {
    CallOptions far = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.MINUTES);

    assertEndedByTheServer(new Call(HealthGrpc.getCheckMethod(), far).send().end());
  }

  @Test
  void aCallWhoseMessageDoesNotArrive_endsAtTheLimit() throws Exception {
    // A client that takes the call for a stream sends its headers without waiting for a message.
    MethodDescriptor<HealthCheckRequest, HealthCheckResponse> asStream =
        HealthGrpc.getCheckMethod().toBuilder().setType(MethodType.BIDI_STREAMING).build();

    assertEndedByTheServer(new Call(asStream, CallOptions.DEFAULT).end());
  }

  @Test
  void aStream_outlivesTheLimit() throws Exception {
    Call stream = new Call(HealthGrpc.getWatchMethod(), CallOptions.DEFAULT).send();
    StreamObserver<HealthCheckResponse> out = streams.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(out).isNotNull();
    // A call that began after the stream has reached its limit.
    assertEndedByTheServer(new Call(HealthGrpc.getCheckMethod(), CallOptions.DEFAULT).send().end());

    out.onNext(HealthCheckResponse.getDefaultInstance());
    out.onCompleted();

    assertThat(stream.end().isOk()).isTrue();
    assertThat(stream.answers).hasSize(1);
  }
}
