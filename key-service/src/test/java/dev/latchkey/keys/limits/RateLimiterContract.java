package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.latchkey.kit.limits.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What every limiter does, wherever it counts. */
abstract class RateLimiterContract {
  private static final Duration WINDOW = Duration.ofMillis(400);
  private static final Duration HOUR = Duration.ofHours(1);

  abstract RateLimiter limiter();

  /** Lets time pass, as the limiter counts it. */
  abstract void advance(Duration by);

  static AppliedLimit own(long amount, Duration window, long burst) {
    return new AppliedLimit(
        new RateLimit("data", amount, window, burst, false),
        AppliedLimit.Scope.KEY,
        UUID.randomUUID());
  }

  static AppliedLimit shared(UUID node, long amount) {
    return new AppliedLimit(
        new RateLimit("data", amount, HOUR, 0, true), AppliedLimit.Scope.NODE, node);
  }

  static RateLimiter.Draw draw(RateLimiter limiter, long cost, AppliedLimit... limits) {
    RateLimiter.Draw draw = limiter.draw(List.of(limits), cost);
    return draw instanceof RateLimiter.Draw.Pending pending ? pending.draw().join() : draw;
  }

  private RateLimiter.Draw.Taken taken(long cost, AppliedLimit... limits) {
    return taken(limiter(), cost, limits);
  }

  private static RateLimiter.Draw.Taken taken(
      RateLimiter limiter, long cost, AppliedLimit... limits) {
    RateLimiter.Draw draw = draw(limiter, cost, limits);
    assertThat(draw).isInstanceOf(RateLimiter.Draw.Taken.class);
    return (RateLimiter.Draw.Taken) draw;
  }

  private RateLimiter.Draw.Refused refused(long cost, AppliedLimit... limits) {
    RateLimiter.Draw draw = draw(limiter(), cost, limits);
    assertThat(draw).isInstanceOf(RateLimiter.Draw.Refused.class);
    return (RateLimiter.Draw.Refused) draw;
  }

  private int admitted(int attempts, AppliedLimit limit) {
    return admitted(this::limiter, attempts, limit);
  }

  private static int admitted(Supplier<RateLimiter> limiter, int attempts, AppliedLimit limit) {
    int admitted = 0;
    for (int i = 0; i < attempts; i++) {
      admitted += draw(limiter.get(), 1, limit) instanceof RateLimiter.Draw.Taken ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void window_givesItsAmountOnce_andBeginsWithACall() {
    AppliedLimit limit = own(3, WINDOW, 0);
    assertThat(admitted(5, limit)).isEqualTo(3);
    // Idle for half of what would be the next window, if windows had fixed beginnings.
    advance(WINDOW.plus(WINDOW.dividedBy(2)));
    assertThat(admitted(5, limit)).isEqualTo(3);
    advance(WINDOW.dividedBy(2).plusMillis(50));
    assertThat(admitted(5, limit)).as("still the window that began with the call").isZero();
    advance(WINDOW.dividedBy(2));
    assertThat(admitted(5, limit)).isEqualTo(3);
  }

  @Test
  void burst_isTakenAtOnce_comesBackEvenly_andIsNeverMoreThanItself() {
    AppliedLimit limit = own(10, Duration.ofSeconds(10), 2);
    assertThat(admitted(8, limit)).isEqualTo(2);
    advance(Duration.ofMillis(1_200));
    assertThat(admitted(4, limit)).isEqualTo(1);
    advance(Duration.ofSeconds(2));
    assertThat(admitted(8, limit)).isEqualTo(2);
  }

  @Test
  void readings_haveTheLeastLeftFirst_andTheOneThatRefusedFirst() {
    AppliedLimit key = own(10, HOUR, 0);
    AppliedLimit node = shared(UUID.randomUUID(), 2);
    AppliedLimit above = shared(UUID.randomUUID(), 7);

    assertThat(taken(2, key, node, above).readings())
        .extracting(LimitReading::remaining)
        .containsExactly(0L, 5L, 8L);
    RateLimiter.Draw.Refused refusal = refused(1, key, node, above);
    assertThat(refusal.readings())
        .extracting(reading -> reading.limit().amount(), LimitReading::remaining)
        .containsExactly(tuple(2L, 0L), tuple(10L, 8L), tuple(7L, 5L));
    assertThat(Duration.ofNanos(refusal.retryNanos().orElseThrow()))
        .isBetween(HOUR.minusSeconds(10), HOUR);
    assertThat(Duration.ofNanos(refusal.readings().getFirst().resetNanos()))
        .isBetween(HOUR.minusSeconds(10), HOUR);
  }

  @Test
  void refusal_takesNothingFromTheOthers() {
    UUID node = UUID.randomUUID();
    AppliedLimit one = own(10, HOUR, 0);
    AppliedLimit two = own(10, HOUR, 0);
    var _ = taken(2, one, shared(node, 3));
    for (int i = 0; i < 5; i++) {
      var _ = refused(2, two, shared(node, 3));
    }

    assertThat(taken(1, two).readings().getFirst().remaining())
        .as("what the refusals gave back")
        .isEqualTo(9);
    var _ = taken(1, two, shared(node, 3));
  }

  @Test
  void retry_isToldForBursts_andNotForWhatCanNeverBeGiven() {
    AppliedLimit burst = own(60, Duration.ofMinutes(1), 3);
    var _ = taken(3, burst);

    assertThat(Duration.ofNanos(refused(2, burst).retryNanos().orElseThrow()))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(refused(4, burst).retryNanos()).isEmpty();
    assertThat(refused(8, own(7, HOUR, 0)).retryNanos()).isEmpty();
  }

  @Test
  void givenBack_isThereAgain_butNotInTheNextWindow() {
    // A call that was let through gives back without waiting: this node sees it first.
    RateLimiter one = limiter();
    AppliedLimit limit = own(2, WINDOW, 0);
    var _ = taken(one, 1, limit);
    taken(one, 1, limit).giveBack();
    assertThat(admitted(() -> one, 3, limit)).isEqualTo(1);
    advance(WINDOW.plusMillis(20));

    RateLimiter.Draw.Taken late = taken(one, 1, limit);
    advance(WINDOW.plusMillis(20));
    assertThat(admitted(() -> one, 3, limit)).isEqualTo(2);
    late.giveBack();
    assertThat(admitted(() -> one, 3, limit)).as("belongs to a window that has passed").isZero();
  }
}
