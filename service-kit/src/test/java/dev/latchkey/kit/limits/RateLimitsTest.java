package dev.latchkey.kit.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.tenancy.v1.RateLimit.Builder;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RateLimitsTest {
  private static final long MOST = 1_000_000_000;
  private static final long LONGEST_SECONDS = 31 * 24 * 3600;

  private static Builder good() {
    return dev.latchkey.proto.tenancy.v1.RateLimit.newBuilder()
        .setName("data")
        .setAmount(100)
        .setWindow(window(60, 0));
  }

  private static Duration window(long seconds, int nanos) {
    return Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }

  private static List<RateLimit> read(dev.latchkey.proto.tenancy.v1.RateLimit... given) {
    Fields in = new Fields();
    List<RateLimit> limits = RateLimits.read(in, "rate_limits", List.of(given));
    in.check();
    return limits;
  }

  private static List<String> refused(
      BiFunction<Fields, List<dev.latchkey.proto.tenancy.v1.RateLimit>, List<RateLimit>> reading,
      List<dev.latchkey.proto.tenancy.v1.RateLimit> given) {
    Fields in = new Fields();
    var _ = reading.apply(in, given);
    ApiException refusal = catchThrowableOfType(ApiException.class, in::check);
    return refusal == null
        ? List.of()
        : refusal.violations().stream().map(FieldViolation::field).toList();
  }

  private static List<String> refused(List<dev.latchkey.proto.tenancy.v1.RateLimit> given) {
    return refused((in, list) -> RateLimits.read(in, "rate_limits", list), given);
  }

  private static Arguments arguments(String field, Consumer<Builder> change) {
    return Arguments.of(field, change);
  }

  static Stream<Arguments> edges() {
    return Stream.of(
        arguments("name", limit -> limit.setName("a")),
        arguments("name", limit -> limit.setName("a" + "_".repeat(39))),
        arguments("name", limit -> limit.setName("a-0_z")),
        arguments("amount", limit -> limit.setAmount(1)),
        arguments("amount", limit -> limit.setAmount(MOST)),
        arguments("window", limit -> limit.setWindow(window(1, 0))),
        arguments("window", limit -> limit.setWindow(window(LONGEST_SECONDS, 0))),
        arguments("burst", limit -> limit.setBurst(0)),
        arguments("burst", limit -> limit.setBurst(1)),
        arguments("burst", limit -> limit.setBurst(MOST)));
  }

  @ParameterizedTest
  @MethodSource("edges")
  void valueAtTheEdge_isTaken(String field, Consumer<Builder> change) {
    Builder limit = good();
    change.accept(limit);

    assertThat(RateLimits.toMessages(read(limit.build()))).as(field).containsExactly(limit.build());
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("name", Builder::clearName),
        arguments("name", limit -> limit.setName("a".repeat(41))),
        arguments("name", limit -> limit.setName("1a")),
        arguments("name", limit -> limit.setName("Data")),
        arguments("name", limit -> limit.setName("a\n")),
        arguments("amount", Builder::clearAmount),
        arguments("amount", limit -> limit.setAmount(-1)),
        arguments("amount", limit -> limit.setAmount(MOST + 1)),
        arguments("window", Builder::clearWindow),
        arguments("window", limit -> limit.setWindow(window(0, 999_999_999))),
        arguments("window", limit -> limit.setWindow(window(-1, 0))),
        arguments("window", limit -> limit.setWindow(window(2, -1))),
        arguments("window", limit -> limit.setWindow(window(1, 1_000_000_000))),
        arguments("window", limit -> limit.setWindow(window(LONGEST_SECONDS, 1))),
        arguments("window", limit -> limit.setWindow(window(Long.MAX_VALUE, 0))),
        arguments("window", limit -> limit.setWindow(window(Long.MIN_VALUE, 0))),
        arguments("burst", limit -> limit.setBurst(-1)),
        arguments("burst", limit -> limit.setBurst(MOST + 1)));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void valueBeyondTheEdge_isRefusedByItsPath(String field, Consumer<Builder> change) {
    Builder limit = good();
    change.accept(limit);

    assertThat(refused(List.of(good().setName("other").build(), limit.build())))
        .containsExactly("rate_limits[1]." + field);
  }

  @Test
  void everyMistakeOfAList_isNamedAtOnce() {
    Builder wrong = good().setName("?").setAmount(0).clearWindow().setBurst(-1);

    assertThat(refused(List.of(wrong.build())))
        .containsExactly(
            "rate_limits[0].name",
            "rate_limits[0].amount",
            "rate_limits[0].window",
            "rate_limits[0].burst");
  }

  @Test
  void nameTwice_isRefused_unlessOneOfThemIsShared() {
    var own = good().build();
    var shared = good().setShared(true).build();

    assertThat(refused(List.of(own, shared))).isEmpty();
    assertThat(refused(List.of(own, shared, own))).containsExactly("rate_limits[2].name");
    assertThat(refused(List.of(shared, shared))).containsExactly("rate_limits[1].name");
  }

  @Test
  void moreThanTwenty_areRefused_asOneMistake() {
    var twenty =
        Stream.iterate(0, i -> i < 20, i -> i + 1)
            .map(i -> good().setName("n" + i).build())
            .toList();

    assertThat(refused(twenty)).isEmpty();
    assertThat(refused(Collections.nCopies(21, good().setName("?").build())))
        .containsExactly("rate_limits");
  }

  @Test
  void sharedLimit_isNoneOfAKeys() {
    assertThat(
            refused(
                (in, list) -> RateLimits.readOfKey(in, "rate_limits", list),
                List.of(good().build(), good().setShared(true).build())))
        .containsExactly("rate_limits[1].shared");
  }

  @Test
  void window_isCutToTheMillisecond() {
    assertThat(read(good().setWindow(window(1, 1_999_999)).build()).getFirst().window())
        .isEqualTo(java.time.Duration.ofMillis(1001));
  }

  @Test
  void column_givesBackWhatWasPutIn_andNoneIsNull() {
    List<RateLimit> limits =
        List.of(
            new RateLimit("data", 1, java.time.Duration.ofMillis(1500), 0, false),
            new RateLimit("data", MOST, java.time.Duration.ofDays(31), MOST, true));

    assertThat(RateLimits.ofColumn(RateLimits.toColumn(limits))).isEqualTo(limits);
    assertThat(RateLimits.toColumn(List.of())).isNull();
    assertThat(RateLimits.ofColumn(null)).isEmpty();
  }
}
