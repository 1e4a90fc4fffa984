package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateFieldViolation;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class AuthenticateStreamTest {
  private static RunningKeyService service;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /** A stream of a client that takes answers only as it says. */
  private static final class Asking extends ClientCall.Listener<AuthenticateStreamResponse>
      implements AutoCloseable {
    final Map<Long, AuthenticateStreamResponse> answers = new ConcurrentHashMap<>();
    final AtomicInteger received = new AtomicInteger();
    final AtomicReference<@Nullable Status> end = new AtomicReference<>();
    private final ClientCall<AuthenticateStreamRequest, AuthenticateStreamResponse> call;

    private Asking(RunningKeyService node, CallOptions options) {
      call =
          node.channel().newCall(AuthenticationServiceGrpc.getAuthenticateStreamMethod(), options);
      call.start(this, new Metadata());
    }

    static Asking of(RunningKeyService node, Secret caller) {
      return new Asking(
          node, CallOptions.DEFAULT.withCallCredentials(ServiceCredential.of(caller)));
    }

    static Asking of(RunningKeyService node) {
      Asking stream = of(node, node.platformKey("edge"));
      stream.take(1_000_000);
      return stream;
    }

    static Asking withoutKey(RunningKeyService node) {
      return new Asking(node, CallOptions.DEFAULT);
    }

    void take(int more) {
      call.request(more);
    }

    void ask(long id, String credential) {
      ask(id, AuthenticateRequest.newBuilder().setCredential(credential).build());
    }

    void ask(long id, AuthenticateRequest request) {
      call.sendMessage(
          AuthenticateStreamRequest.newBuilder().setId(id).setRequest(request).build());
    }

    /** Whether the transport takes more at once. */
    boolean isReady() {
      return call.isReady();
    }

    void halfClose() {
      call.halfClose();
    }

    AuthenticateStreamResponse answer(long id) {
      Conditions.await("the answer to " + id, () -> answers.containsKey(id) || end.get() != null);
      AuthenticateStreamResponse answer = answers.get(id);
      if (answer == null) {
        throw new AssertionError("no answer to " + id + ": " + end.get());
      }
      return answer;
    }

    Status end() {
      Conditions.await("the end of the stream", () -> end.get() != null);
      Status status = end.get();
      return status == null ? Status.UNKNOWN : status;
    }

    @Override
    public void onMessage(AuthenticateStreamResponse message) {
      answers.put(message.getId(), message);
      received.incrementAndGet();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.set(status);
    }

    @Override
    public void close() {
      call.cancel("the test is over", null);
    }
  }

  private static DenialReason denial(AuthenticateStreamResponse answer) {
    return answer.getResponse().getDenied().getReason();
  }

  private static void revoke(CreateKeyResponse key) {
    var _ =
        service
            .keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .build());
  }

  @Test
  void everyRequest_isAnsweredUnderItsId_asAuthenticateWouldAnswer() {
    StandInTenancy.Branch acme = service.tenancy().branch("streamed");
    CreateKeyResponse known = service.create(acme.workspace().getId(), "a:read");
    CreateKeyResponse cold = service.create(acme.workspace().getId(), "a:write");
    var expected = service.authenticate(known.getSecret());
    try (Asking stream = Asking.of(service)) {
      stream.ask(7, known.getSecret());
      stream.ask(8, cold.getSecret());
      stream.ask(9, "no key");
      stream.ask(10, "");
      stream.ask(-1, known.getSecret());

      assertThat(stream.answer(7).getResponse()).isEqualTo(expected);
      assertThat(stream.answer(8).getResponse().getAllowed().getKey().getScopesList())
          .containsExactly("a:write");
      assertThat(denial(stream.answer(9))).isEqualTo(DenialReason.DENIAL_REASON_MALFORMED);
      assertThat(denial(stream.answer(10)))
          .isEqualTo(DenialReason.DENIAL_REASON_CREDENTIAL_MISSING);
      assertThat(stream.answer(-1).getResponse()).isEqualTo(expected);
      stream.halfClose();
      assertThat(stream.end().getCode()).isEqualTo(Status.Code.OK);
      assertThat(stream.received).hasValue(5);
    }
  }

  @Test
  void aRequestWithAMistake_isAnErrorOfItsOwn_andTheStreamGoesOn() {
    String secret =
        service.create(service.tenancy().branch("mistaken").workspace().getId()).getSecret();
    try (Asking stream = Asking.of(service)) {
      stream.ask(
          1,
          AuthenticateRequest.newBuilder()
              .setCredential(secret)
              .setClientAddress("not an address")
              .build());
      stream.ask(2, secret);

      AuthenticateError error = stream.answer(1).getError();
      assertThat(error.getReason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_REQUEST);
      assertThat(error.getFieldViolationsList())
          .extracting(AuthenticateFieldViolation::getField)
          .containsExactly("client_address");
      assertThat(stream.answer(2).getResponse().hasAllowed()).isTrue();
    }
  }

  @Test
  void limits_areDrawnFromAsByAuthenticate() {
    String secret =
        service
            .keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(service.tenancy().branch("limited").workspace().getId())
                    .setName("limited")
                    .addRateLimits(
                        RateLimit.newBuilder()
                            .setName("data")
                            .setAmount(5)
                            .setWindow(Duration.newBuilder().setSeconds(3600)))
                    .build())
            .getSecret();
    try (Asking stream = Asking.of(service)) {
      for (int i = 0; i < 12; i++) {
        stream.ask(i, secret);
      }
      List<AuthenticateStreamResponse> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        answers.add(stream.answer(i));
      }

      assertThat(answers).filteredOn(one -> one.getResponse().hasAllowed()).hasSize(5);
      assertThat(answers)
          .filteredOn(one -> denial(one) == DenialReason.DENIAL_REASON_RATE_LIMITED)
          .hasSize(7);
    }
  }

  @Test
  void aRevokedKey_isDeniedOnAStreamThatIsOpen() {
    CreateKeyResponse key = service.create(service.tenancy().branch("revoked").workspace().getId());
    try (Asking stream = Asking.of(service)) {
      stream.ask(1, key.getSecret());
      assertThat(stream.answer(1).getResponse().hasAllowed()).isTrue();
      revoke(key);
      stream.ask(2, key.getSecret());

      assertThat(denial(stream.answer(2))).isEqualTo(DenialReason.DENIAL_REASON_REVOKED);
    }
  }

  @Test
  void callers_areRefusedAsByAuthenticate() {
    CreateKeyResponse powerless =
        service.create(service.tenancy().branch("powerless").project().getId(), "a:read");
    try (Asking without = Asking.withoutKey(service);
        Asking bad = Asking.of(service, Secret.of("no key"));
        Asking weak = Asking.of(service, Secret.of(powerless.getSecret()))) {
      assertThat(without.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(bad.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(weak.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void aCallerWhoIsRefused_getsNoAnswer_howeverManyRequestsAreUnderWay() {
    CreateKeyResponse powerless =
        service.create(service.tenancy().branch("hasty").project().getId(), "a:read");
    for (int round = 0; round < 50; round++) {
      try (Asking stream = Asking.of(service, Secret.of(powerless.getSecret()))) {
        stream.take(1_000);
        for (int id = 0; id < 200 && stream.end.get() == null; id++) {
          stream.ask(id, "no key");
        }

        assertThat(stream.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(stream.received).hasValue(0);
      }
    }
  }

  @Test
  void theStreamOfACallerWhoseKeyIsRevoked_ends() {
    CreateKeyResponse caller =
        service.create(
            service.tenancy().branch("callers").project().getId(), Scopes.KEYS_AUTHENTICATE);
    try (Asking stream = Asking.of(service, Secret.of(caller.getSecret()))) {
      stream.take(1_000_000);
      stream.ask(0, "no key");
      assertThat(denial(stream.answer(0))).isEqualTo(DenialReason.DENIAL_REASON_MALFORMED);
      revoke(caller);
      AtomicInteger next = new AtomicInteger();
      Conditions.await(
          "the end of the stream",
          () -> {
            stream.ask(next.incrementAndGet(), "no key");
            return stream.end.get() != null;
          });

      assertThat(stream.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  @Test
  void aClientThatTakesNoAnswers_isNotReadFrom_untilItDoes() {
    String secret =
        service.create(service.tenancy().branch("slow").workspace().getId()).getSecret();
    try (Asking stream = Asking.of(service, service.platformKey("edge"))) {
      stream.ask(0, secret);
      int asked = 1;
      // What neither the service nor the transport takes stays with the client.
      while (stream.isReady() || asked < 5_000) {
        assertThat(asked).isLessThan(200_000);
        stream.ask(asked++, secret);
      }
      assertThat(stream.received).hasValue(0);

      stream.take(asked);
      stream.halfClose();
      assertThat(stream.end().getCode()).isEqualTo(Status.Code.OK);
      assertThat(stream.answers).hasSize(asked);
    }
  }

  @Test
  void aNodeThatDrains_answersWhatItHasTaken_andSendsItsClientsElsewhere() {
    RunningKeyService second = RunningKeyService.beside(service);
    String secret =
        service.create(service.tenancy().branch("drained").workspace().getId()).getSecret();
    try (Asking stream = Asking.of(second)) {
      stream.ask(1, secret);
      assertThat(stream.answer(1).getResponse().hasAllowed()).isTrue();
      second.host().close();

      assertThat(stream.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    } finally {
      second.close();
    }
  }
}
