package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.limits.LimitReading;
import dev.latchkey.keys.limits.RateLimiter;
import dev.latchkey.keys.support.KnownKeys;
import dev.latchkey.keys.usage.UsageMeters;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateBatchResponse;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.Freshness;
import dev.latchkey.proto.keys.v1.LimitState;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bytes against what protobuf makes of the same message. */
final class AnswerTest {
  private static final Random random = new Random(17);

  private static byte[] bytes(Encoded message) throws IOException {
    InputStream stream = new EncodedMarshaller<>().stream(message);
    assertThat(stream).isInstanceOf(KnownLength.class);
    assertThat(stream.available()).isEqualTo(message.size());
    ByteArrayOutputStream drained = new ByteArrayOutputStream();
    assertThat(((Drainable) stream).drainTo(drained)).isEqualTo(message.size());
    assertThat(stream.available()).isZero();
    byte[] read = new EncodedMarshaller<>().stream(message).readAllBytes();
    assertThat(drained.toByteArray()).isEqualTo(read);
    return read;
  }

  private static Allowed.Builder allowed(int nameLength) {
    return Allowed.newBuilder()
        .setKey(
            AuthenticatedKey.newBuilder()
                .setId("an id")
                .setName("ñ".repeat(nameLength))
                .addScopes("a:read")
                .putMetadata("team", "search"));
  }

  /** Often small, seldom large, sometimes nothing. */
  private static long number(long most) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(200);
      case 2 -> random.nextLong(most);
      default -> most;
    };
  }

  private static LimitReading reading() {
    return LimitReading.of(
        new RateLimit(
            "data" + "x".repeat(random.nextInt(36)),
            1 + number(999_999_999),
            java.time.Duration.ofMillis(1_000 + number(2_678_399_000L)),
            number(1_000_000_000),
            random.nextBoolean()),
        number(1_000_000_000),
        number(2_678_400_000_000_000L));
  }

  private static RateLimiter.Draw.Taken taken(List<LimitReading> readings) {
    return new RateLimiter.Draw.TakenFromAll(readings, () -> {});
  }

  private static Told told(Allowed.Builder message) {
    return Told.Fixed.of(AuthenticateResponse.newBuilder().setAllowed(message).build());
  }

  private static Duration duration(long millis) {
    return Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }

  private static LimitState state(LimitReading reading) {
    RateLimit limit = reading.limit();
    return LimitState.newBuilder()
        .setName(limit.name())
        .setAmount(limit.amount())
        .setWindow(duration(limit.window().toMillis()))
        .setBurst(limit.burst())
        .setRemaining(reading.remaining())
        .setResetAfter(duration((reading.resetNanos() + 999_999) / 1_000_000))
        .setShared(limit.shared())
        .build();
  }

  @Test
  void whatWasDrawnFrom_isInTheBytes() throws IOException {
    for (int round = 0; round < 2_000; round++) {
      Allowed.Builder message = allowed(random.nextInt(3));
      Told plain = told(message);
      List<LimitReading> limits = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        limits.add(reading());
      }
      List<CreditState> credits =
          random.nextBoolean()
              ? List.of()
              : List.of(CreditState.newBuilder().setRemaining(number(Long.MAX_VALUE)).build());
      limits.forEach(limit -> message.addLimits(state(limit)));

      assertThat(
              AuthenticateResponse.parseFrom(bytes(Answer.allowed(plain, taken(limits), credits))))
          .isEqualTo(
              AuthenticateResponse.newBuilder().setAllowed(message.addAllCredits(credits)).build());
    }
  }

  /** Goes red when the contract gets a field that is not written yet. */
  @Test
  void everyFieldOfALimit_isWritten() throws IOException {
    LimitReading reading =
        LimitReading.of(
            new RateLimit("data", 1, java.time.Duration.ofMillis(1_500), 1, true), 1, 1);
    Answer answer = Answer.allowed(told(allowed(1)), taken(List.of(reading)), List.of());

    assertThat(
            AuthenticateResponse.parseFrom(bytes(answer))
                .getAllowed()
                .getLimits(0)
                .getAllFields()
                .keySet())
        .containsExactlyElementsOf(LimitState.getDescriptor().getFields());
  }

  @Test
  void freshness_isInTheBytes_ofAllowedAndDenied() throws IOException {
    Freshness freshness = Freshness.newBuilder().setKeysAge(duration(1_234)).setStale(true).build();
    for (AuthenticateResponse plain :
        List.of(
            AuthenticateResponse.newBuilder().setAllowed(allowed(2)).build(),
            AuthenticateResponse.newBuilder()
                .setDenied(Denied.newBuilder().setMessage("no"))
                .build())) {
      assertThat(AuthenticateResponse.parseFrom(bytes(Answer.of(plain).with(freshness))))
          .isEqualTo(plain.toBuilder().setFreshness(freshness).build());
    }
  }

  @Test
  void whatIsSaidOfAKey_isPutTogether_fromWhatItSharesAndWhatIsItsOwn() throws IOException {
    AuthenticatedKey own =
        AuthenticatedKey.newBuilder()
            .setName("Ünïque")
            .setLastCharacters("wXyZ")
            .putMetadata("team", "search")
            .build();
    for (int round = 0; round < 1_000; round++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      KnownKey key = KnownKeys.of(id, Tenant.PLATFORM, List.of());
      Rights rights = key.terms().rights().current();
      Lookup.Found found =
          new Lookup.Found(
              0,
              new KeyHash(1, 2, 3, 4),
              key,
              List.of(),
              new CommonAnswer(key.terms()),
              own.toByteArray(),
              Optional.empty(),
              new UsageMeters());
      LimitReading reading = reading();
      Answer answer =
          Answer.allowed(found.standing(rights, Map.of()), taken(List.of(reading)), List.of());

      assertThat(AuthenticateResponse.parseFrom(bytes(answer)).getAllowed())
          .isEqualTo(
              Allowed.newBuilder()
                  .setKey(
                      AuthenticateMessages.common(key.terms(), rights).toBuilder()
                          .mergeFrom(own)
                          .setId(id.toString()))
                  .setContext(AuthenticateMessages.context(rights.tenant()))
                  .addLimits(state(reading))
                  .build());
    }
  }

  @Test
  void answersOfAnySize_areWhole() throws IOException {
    List<Answer> answers = new ArrayList<>();
    AuthenticateBatchResponse.Builder expected = AuthenticateBatchResponse.newBuilder();
    for (int length : List.of(0, 1, 60, 64, 8_100, 8_192, 40_000)) {
      AuthenticateResponse message =
          AuthenticateResponse.newBuilder().setAllowed(allowed(length)).build();
      answers.add(Answer.of(message));
      expected.addResponses(message);

      assertThat(AuthenticateResponse.parseFrom(bytes(answers.getLast()))).isEqualTo(message);
    }
    assertThat(AuthenticateBatchResponse.parseFrom(bytes(new AnswerBatch(answers))))
        .isEqualTo(expected.build());
  }

  @Test
  void idsOfStreams_areInTheBytes() throws IOException {
    AuthenticateResponse message = AuthenticateResponse.newBuilder().setAllowed(allowed(1)).build();
    AuthenticateError error = AuthenticateError.newBuilder().setMessage("no").build();
    for (long id : List.of(0L, 1L, 127L, 128L, Long.MAX_VALUE, -1L)) {
      assertThat(
              AuthenticateStreamResponse.parseFrom(
                  bytes(new StreamAnswer.Decided(id, Answer.of(message)))))
          .isEqualTo(
              AuthenticateStreamResponse.newBuilder().setId(id).setResponse(message).build());
      assertThat(AuthenticateStreamResponse.parseFrom(bytes(new StreamAnswer.Failed(id, error))))
          .isEqualTo(AuthenticateStreamResponse.newBuilder().setId(id).setError(error).build());
    }
  }
}
