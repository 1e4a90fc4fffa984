package dev.latchkey.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.latchkey.kit.grpc.BytesMarshaller;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.Freshness;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load generators of the benchmarks of Authenticate, against a server of this test's. */
class LoadsTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  /** A run that something is wrong with ends long before. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final int CONNECTIONS = 3;
  private static final int IN_FLIGHT = 8;
  private static final int BAD = 20;

  private static final List<AuthenticateRequest> REQUESTS =
      IntStream.range(0, 5)
          .mapToObj(
              i ->
                  AuthenticateRequest.newBuilder()
                      .setCredential("key " + i)
                      .setClientAddress("127.0.0.1")
                      .build())
          .toList();

  private static final AuthenticateResponse ALLOWED =
      AuthenticateResponse.newBuilder()
          .setAllowed(Allowed.newBuilder().setKey(AuthenticatedKey.newBuilder().setId("key_1")))
          .setFreshness(Freshness.newBuilder().setStale(true))
          .build();

  private static final AuthenticateResponse MALFORMED =
      denied(DenialReason.DENIAL_REASON_MALFORMED);

  /** What is asked, by the text of the credential. */
  private final Queue<AuthenticateRequest> asked = new ConcurrentLinkedQueue<>();

  private final AtomicInteger answers = new AtomicInteger();
  private volatile UnaryOperator<byte[]> bad = answer -> answer;
  private volatile AuthenticateResponse answer = ALLOWED;
  private Server server;

  /** Each of the loads. */
  enum Kind {
    UNARY,
    OPEN,
    STREAM
  }

  private static AuthenticateResponse denied(DenialReason reason) {
    return AuthenticateResponse.newBuilder()
        .setDenied(Denied.newBuilder().setReason(reason).setMessage("no").setKeyId("key_1"))
        .build();
  }

  @BeforeEach
  void serve() throws IOException {
    server =
        ServerTransport.builder("127.0.0.1", 0)
            .addService(
                ServerServiceDefinition.builder(AuthenticationServiceGrpc.SERVICE_NAME)
                    .addMethod(
                        raw(AuthenticationServiceGrpc.getAuthenticateMethod()),
                        ServerCalls.asyncUnaryCall(this::call))
                    .addMethod(
                        raw(AuthenticationServiceGrpc.getAuthenticateStreamMethod()),
                        ServerCalls.asyncBidiStreamingCall(Streamed::new))
                    .build())
            .build()
            .start();
  }

  @AfterEach
  void end() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAsked_isWhatWasGiven_andEveryAnswerIsCounted(Kind kind) {
    try (Load load = load(kind)) {
      Figures figures = load.run(SHORT);

      assertThat(asked).hasSizeGreaterThanOrEqualTo(IN_FLIGHT).hasSize(answers.get());
      assertThat(REQUESTS).containsAll(asked);
      assertThat(figures.callsPerSecond()).isPositive();
      assertThat(figures.medianMicros()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLoad_canBeKeptUpAgain(Kind kind) {
    try (Load load = load(kind)) {
      assertThat(load.run(SHORT).callsPerSecond()).isPositive();
      assertThat(load.run(SHORT).callsPerSecond()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneDenial_failsTheRun(Kind kind) {
    bad = one -> encoded(kind, id(kind, one), MALFORMED);

    assertFails(kind, "not the answer expected: ", "DENIAL_REASON_MALFORMED");
  }

  @ParameterizedTest
  @EnumSource
  void oneAnswerWithoutDecision_failsTheRun(Kind kind) {
    bad = one -> encoded(kind, id(kind, one), AuthenticateResponse.getDefaultInstance());

    assertFails(kind, "not the answer expected: ");
  }

  @ParameterizedTest
  @EnumSource
  void oneAnswerThatIsCutOff_failsTheRun(Kind kind) {
    bad = one -> ByteString.copyFrom(one).substring(0, one.length - 1).toByteArray();

    assertFails(kind, "not an answer: ");
  }

  @ParameterizedTest
  @EnumSource
  void oneAnswerThatIsNoMessage_failsTheRun(Kind kind) {
    bad = one -> "HTTP/1.1 200 OK".getBytes(StandardCharsets.US_ASCII);

    assertFails(kind, "not an answer: ");
  }

  @ParameterizedTest
  @EnumSource
  void oneAnswerThatIsTooLarge_failsTheRun(Kind kind) {
    bad = one -> new byte[100_000];

    assertFails(kind, "an answer of 65536 bytes or more");
  }

  @ParameterizedTest
  @EnumSource
  void oneError_failsTheRun(Kind kind) {
    bad =
        one -> {
          throw Status.INTERNAL.withDescription("a bug").asRuntimeException();
        };

    assertFails(kind, "INTERNAL: a bug");
  }

  @Test
  void oneAnswerOfAStreamToNothingUnderWay_failsTheRun() {
    bad = one -> encoded(Kind.STREAM, IN_FLIGHT, ALLOWED);

    assertFails(Kind.STREAM, "an answer to 8, which is not under way");
  }

  @Test
  void oneErrorOnAStream_failsTheRun() {
    bad =
        one ->
            AuthenticateStreamResponse.newBuilder()
                .setId(id(Kind.STREAM, one))
                .setError(
                    AuthenticateError.newBuilder().setReason(ErrorReason.ERROR_REASON_INTERNAL))
                .build()
                .toByteArray();

    assertFails(Kind.STREAM, "not the answer expected: ", "error");
  }

  @Test
  void aDenialThatIsExpected_isNoFailure_unlessItsReasonIsAnother() {
    answer = MALFORMED;
    try (Load load = unary(Expected.denied(DenialReason.DENIAL_REASON_MALFORMED))) {
      assertThat(load.run(SHORT).callsPerSecond()).isPositive();

      answer = denied(DenialReason.DENIAL_REASON_UNKNOWN);

      assertThatThrownBy(() -> load.run(LONG))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("DENIAL_REASON_UNKNOWN");

      answer = ALLOWED;

      assertThatThrownBy(() -> load.run(LONG))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("allowed");
    }
  }

  @Test
  void callsInTurn_askForEachAsOften() {
    try (UnaryLoad load = unary(Expected.ALLOWED).inTurn()) {
      var _ = load.run(SHORT);
    }

    long rounds = asked.size() / REQUESTS.size();
    for (AuthenticateRequest request : REQUESTS) {
      assertThat(asked.stream().filter(request::equals).count()).isBetween(rounds, rounds + 1);
    }
  }

  @Test
  void anOpenLoad_makesAsManyCallsAsAreDue() {
    try (OpenLoad load = open()) {
      Figures figures = load.at(2_000).run(Duration.ofSeconds(1));

      assertThat(asked).hasSize(2_000);
      assertThat(figures.callsPerSecond()).isBetween(1_000.0, 2_100.0);
      assertThat(load.delayP99Micros(1)).isPositive();
    }
  }

  @Test
  void anOpenLoad_chargesACallForTheTimeItWasHeldUp() {
    try (OpenLoad load = open()) {
      // More than can be made in that time; none is left out.
      Figures figures = load.at(2_000_000).run(Duration.ofMillis(10));

      assertThat(asked).hasSize(20_000);
      assertThat(load.delayP99Micros(1)).isGreaterThan(10_000);
      assertThat(figures.p99Micros()).isGreaterThan(load.delayP99Micros(1) / 2);
    }
  }

  private void assertFails(Kind kind, String... words) {
    try (Load load = load(kind)) {
      assertThatThrownBy(() -> load.run(LONG))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(words);
    }
  }

  private Load load(Kind kind) {
    return switch (kind) {
      case UNARY -> unary(Expected.ALLOWED);
      case STREAM -> new StreamLoad(connections(), REQUESTS, IN_FLIGHT);
      case OPEN -> {
        OpenLoad open = open();
        Load atRate = open.at(2_000);
        yield new Load() {
          @Override
          public Figures run(Duration duration) {
            return atRate.run(duration);
          }

          @Override
          public void close() {
            open.close();
          }
        };
      }
    };
  }

  private UnaryLoad unary(Expected expected) {
    return new UnaryLoad(connections(), REQUESTS, expected, IN_FLIGHT);
  }

  private OpenLoad open() {
    return new OpenLoad(connections(), REQUESTS, Expected.ALLOWED);
  }

  private Connections connections() {
    return Connections.open("127.0.0.1:" + server.getPort(), Secret.of("caller"), CONNECTIONS);
  }

  private void call(byte[] request, StreamObserver<byte[]> to) {
    try {
      asked.add(AuthenticateRequest.parseFrom(request));
      to.onNext(next(answer.toByteArray()));
      to.onCompleted();
    } catch (Exception e) {
      to.onError(e);
    }
  }

  /** The answer, but for the one that is to be bad. */
  private byte[] next(byte[] good) {
    return answers.incrementAndGet() == BAD ? bad.apply(good) : good;
  }

  private final class Streamed implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> to;
    private boolean over;

    Streamed(StreamObserver<byte[]> to) {
      this.to = to;
    }

    @Override
    public void onNext(byte[] message) {
      if (over) {
        return;
      }
      try {
        AuthenticateStreamRequest request = AuthenticateStreamRequest.parseFrom(message);
        asked.add(request.getRequest());
        to.onNext(next(encoded(Kind.STREAM, request.getId(), answer)));
      } catch (Exception e) {
        over = true;
        to.onError(e);
      }
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {
      over = true;
      to.onCompleted();
    }
  }

  private static byte[] encoded(Kind kind, long id, AuthenticateResponse response) {
    MessageLite message =
        kind == Kind.STREAM
            ? AuthenticateStreamResponse.newBuilder().setId(id).setResponse(response).build()
            : response;
    return message.toByteArray();
  }

  private static long id(Kind kind, byte[] answer) {
    try {
      return kind == Kind.STREAM ? AuthenticateStreamResponse.parseFrom(answer).getId() : 0;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method) {
    BytesMarshaller bytes = new BytesMarshaller();
    return method.toBuilder(bytes, bytes).build();
  }
}
