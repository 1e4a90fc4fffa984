package dev.latchkey.kit.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.grpc.RawHttp2.Frame;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docs/limits.md} says that a connection and its calls may do. */
final class ServerLimitsTest {
  private static final String CHECK = "/grpc.health.v1.Health/Check";
  private static final int MOST_CALLS = 1_000;
  private static final int MOST_RESETS = 20_000;
  private static final int LARGEST_MESSAGE = 4 << 20;
  private static final int LARGEST_METADATA = 16 << 10;

  /** What a message and its fields take beside a text, and metadata beside the test's entry. */
  private static final int BESIDE = 1_000;

  private Server server;
  private ManagedChannel channel;

  /** Answers every question that comes. */
  private static final class Healthy extends HealthGrpc.HealthImplBase {
    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> out) {
      out.onNext(HealthCheckResponse.getDefaultInstance());
      out.onCompleted();
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = ServerTransport.builder("127.0.0.1", 0).addService(new Healthy()).build().start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    boolean _ = server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private HealthGrpc.HealthBlockingStub health() {
    return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static void check(HealthGrpc.HealthBlockingStub health, int textLength) {
    var _ =
        health.check(HealthCheckRequest.newBuilder().setService("x".repeat(textLength)).build());
  }

  /** The id of a client's n-th call, from 0. */
  private static int stream(int n) {
    return 2 * n + 1;
  }

  /** A client that does not agree with the server's settings is bound by them all the same. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void callsBeyondThoseAtOnce_areRefused_andTheOthersStay(boolean acknowledged) throws IOException {
    try (RawHttp2 connection = new RawHttp2(server.getPort())) {
      if (acknowledged) {
        connection.acknowledge();
      }
      for (int i = 0; i <= MOST_CALLS; i++) {
        connection.call(stream(i), CHECK);
      }
      connection.flush();

      Frame first = connection.await(frame -> frame.type() == RawHttp2.RST_STREAM);
      assertThat(first.stream()).isEqualTo(stream(MOST_CALLS));
      assertThat(first.error()).isEqualTo(RawHttp2.REFUSED_STREAM);

      // One that ends makes room for another.
      connection.reset(stream(0));
      connection.call(stream(MOST_CALLS + 1), "/no.Such/Call");
      connection.flush();
      assertThat(connection.await(frame -> frame.stream() == stream(MOST_CALLS + 1)).type())
          .isEqualTo(RawHttp2.HEADERS);
    }
    check(health(), 0);
  }

  @Test
  void pingsTooOften_endTheConnection() throws IOException {
    try (RawHttp2 connection = new RawHttp2(server.getPort())) {
      // The server looks over the first ones.
      for (int i = 0; i < 5; i++) {
        connection.send(RawHttp2.PING, 0, 0, new byte[8]);
      }
      connection.flush();

      assertThat(connection.await(frame -> frame.type() == RawHttp2.GOAWAY).words())
          .isEqualTo("too_many_pings");
    }
    check(health(), 0);
  }

  @Test
  void floodOfResets_endsTheConnection_andAsManyAsDeadlinesMakeDoNot() throws IOException {
    try (RawHttp2 connection = new RawHttp2(server.getPort())) {
      int next = 0;
      while (next < MOST_RESETS / 2) {
        connection.call(stream(next), CHECK);
        connection.reset(stream(next));
        next++;
      }
      connection.awaitAnswer();

      while (next <= MOST_RESETS) {
        connection.call(stream(next), CHECK);
        connection.reset(stream(next));
        next++;
      }
      connection.flush();
      assertThat(connection.await(frame -> frame.type() == RawHttp2.GOAWAY).words())
          .containsIgnoringCase("rst");
    }
    check(health(), 0);
  }

  @Test
  void messageBeyondTheLimit_isRefused_andOneBelowIsTaken() {
    check(health(), LARGEST_MESSAGE - BESIDE);

    assertThatThrownBy(() -> check(health(), LARGEST_MESSAGE + 1))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
  }

  @Test
  void metadataBeyondTheLimit_isRefused_andSomeBelowIsTaken() {
    check(withMetadata(LARGEST_METADATA - BESIDE), 0);

    assertThatThrownBy(() -> check(withMetadata(LARGEST_METADATA), 0))
        .isInstanceOf(StatusRuntimeException.class);
    check(health(), 0);
  }

  private HealthGrpc.HealthBlockingStub withMetadata(int length) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-long", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(length));
    return health().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }
}
