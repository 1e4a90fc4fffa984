package dev.latchkey.edge.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.LimitState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLimitFieldsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void limits_areNamedPolicies_inTheirOrder_inWholeSecondsRoundedUp() {
    RateLimitFields fields =
        RateLimitFields.of(
            List.of(limit("data", 500, 60_000, 499, 1), limit("search", 3, 1_500, 2, 1_000)),
            List.of(),
            NOW);

    assertThat(fields.policy()).isEqualTo("\"data\";q=500;w=60, \"search\";q=3;w=2");
    assertThat(fields.state()).isEqualTo("\"data\";r=499;t=1, \"search\";r=2;t=1");
  }

  @Test
  void credits_haveAState_butNoPolicy() {
    CreditState account =
        CreditState.newBuilder()
            .setRemaining(12)
            .setNextRefillTime(
                Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() + 30).setNanos(1))
            .build();

    RateLimitFields fields =
        RateLimitFields.of(List.of(), List.of(account, CreditState.getDefaultInstance()), NOW);

    assertThat(fields.headers()).isEqualTo(Map.of("RateLimit", "\"credits\";r=12;t=31"));
    assertThat(
            RateLimitFields.of(
                    List.of(), List.of(account.toBuilder().clearNextRefillTime().build()))
                .state())
        .isEqualTo("\"credits\";r=12");
  }

  @Test
  void severalLimitsOfOneName_areOneItem_theTightest() {
    assertThat(
            RateLimitFields.of(
                    List.of(limit("data", 5, 1_000, 1, 1_000), limit("data", 9, 1_000, 8, 1_000)),
                    List.of(),
                    NOW)
                .policy())
        .isEqualTo("\"data\";q=5;w=1");
  }

  @Test
  void nothing_isNoField() {
    assertThat(RateLimitFields.of(List.of(), List.of(), NOW).headers()).isEmpty();
  }

  @Test
  void namesThatAreNone_andTooManyOfThem_areLeftOut() {
    List<LimitState> many =
        IntStream.range(0, 50).mapToObj(i -> limit("l" + i, 1, 1_000, 1, 1_000)).toList();

    assertThat(RateLimitFields.of(many, List.of(), NOW).policy().split(", ", -1)).hasSize(10);
    assertThat(
            RateLimitFields.of(
                    List.of(limit("a\"\r\nX: y", 1, 1_000, 1, 1_000), limit("", 1, 1, 1, 1)),
                    List.of(),
                    NOW)
                .headers())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"management\";q=180;w=60",
        "\"management\";r=179;t=60",
        "\"a\";q=1;w=1,\"b\";q=2;qu=\"requests\"",
      })
  void listsOfTheDraft_areBelieved(String text) {
    assertThat(RateLimitFields.ofTexts(text, text).headers())
        .isEqualTo(Map.of("RateLimit-Policy", text, "RateLimit", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "management;q=180",
        "\"a\";q=1\r\nSet-Cookie: x=y",
        "\"a\";q=1, ",
        "\"a\\\"\";q=1",
        "\"a\";q=-1",
        "\"a\";q=1234567890123456",
        "\"a\"; q=1",
        "\"ü\";q=1",
        "q=1",
      })
  void anythingElse_isNot(String text) {
    assertThat(RateLimitFields.ofTexts(text, text).headers()).isEmpty();
  }

  @Test
  void listThatIsTooLong_isNotBelieved() {
    assertThat(RateLimitFields.ofTexts("\"a\";q=1, ".repeat(200) + "\"a\";q=1", "").headers())
        .isEmpty();
  }

  private static LimitState limit(
      String name, long amount, long windowMillis, long remaining, long resetMillis) {
    return LimitState.newBuilder()
        .setName(name)
        .setAmount(amount)
        .setWindow(Durations.fromMillis(windowMillis))
        .setRemaining(remaining)
        .setResetAfter(Durations.fromMillis(resetMillis))
        .build();
  }
}
