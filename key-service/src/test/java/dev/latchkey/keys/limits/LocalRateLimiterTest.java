package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.limits.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What limits give, to the call and to the nanosecond. */
final class LocalRateLimiterTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Near the end of its range, for such a clock may start anywhere. */
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - Duration.ofHours(1).toNanos());

  private final LocalRateLimiter limiter = new LocalRateLimiter(time::get, 10_000);

  private void advance(Duration by) {
    time.addAndGet(by.toNanos());
  }

  private static AppliedLimit own(UUID key, String name, long amount, Duration window, long burst) {
    return new AppliedLimit(
        new RateLimit(name, amount, window, burst, false), AppliedLimit.Scope.KEY, key);
  }

  private static AppliedLimit shared(UUID node, long amount) {
    return new AppliedLimit(
        new RateLimit("data", amount, MINUTE, 0, true), AppliedLimit.Scope.NODE, node);
  }

  private static AppliedLimit minutely(UUID key, long amount) {
    return own(key, "data", amount, MINUTE, 0);
  }

  private boolean takes(long cost, AppliedLimit... limits) {
    return limiter.draw(List.of(limits), cost) instanceof RateLimiter.Draw.Taken;
  }

  private int taken(AppliedLimit limit, int attempts) {
    int taken = 0;
    for (int i = 0; i < attempts; i++) {
      taken += takes(1, limit) ? 1 : 0;
    }
    return taken;
  }

  private RateLimiter.Draw.Refused refused(long cost, AppliedLimit... limits) {
    RateLimiter.Draw draw = limiter.draw(List.of(limits), cost);
    assertThat(draw).isInstanceOf(RateLimiter.Draw.Refused.class);
    return (RateLimiter.Draw.Refused) draw;
  }

  private static RateLimiter.Draw.Taken taken(RateLimiter.Draw draw) {
    assertThat(draw).isInstanceOf(RateLimiter.Draw.Taken.class);
    return (RateLimiter.Draw.Taken) draw;
  }

  @Test
  void fiveHundredCallersAtOnce_getExactlyWhatAWindowHas() throws InterruptedException {
    AppliedLimit limit = minutely(UUID.randomUUID(), 500);
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(500);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        threads.execute(
            () -> {
              try {
                ready.await();
                admitted.addAndGet(taken(limit, 3));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              done.countDown();
            });
      }
      ready.countDown();
      done.await();
    }

    assertThat(admitted).hasValue(500);
  }

  @Test
  void window_beginsWithTheFirstCallAfterTheOneBefore() {
    AppliedLimit limit = minutely(UUID.randomUUID(), 2);
    assertThat(taken(limit, 3)).isEqualTo(2);

    advance(MINUTE.minusNanos(1));
    assertThat(taken(limit, 1)).as("a nanosecond early").isZero();
    // Idle for half of what would be the next window, if windows had fixed beginnings.
    advance(Duration.ofSeconds(30));
    assertThat(taken(limit, 3)).isEqualTo(2);
    advance(Duration.ofSeconds(45));
    assertThat(taken(limit, 3)).as("still the window that began with the call").isZero();
    advance(Duration.ofSeconds(15));
    assertThat(taken(limit, 3)).isEqualTo(2);
  }

  @Test
  void burst_isTakenAtOnce_andComesBackEvenly() {
    AppliedLimit limit = own(UUID.randomUUID(), "data", 60, MINUTE, 5);
    assertThat(taken(limit, 10)).isEqualTo(5);

    advance(Duration.ofMillis(999));
    assertThat(taken(limit, 1)).isZero();
    advance(Duration.ofMillis(1));
    assertThat(taken(limit, 2)).isEqualTo(1);
    advance(Duration.ofMinutes(10));
    assertThat(taken(limit, 10)).as("never more than the burst").isEqualTo(5);
  }

  @Test
  void retry_isRight_forWindowsAndForBursts() {
    AppliedLimit window = minutely(UUID.randomUUID(), 1);
    AppliedLimit burst = own(UUID.randomUUID(), "data", 60, MINUTE, 3);
    assertThat(takes(1, window)).isTrue();
    assertThat(takes(3, burst)).isTrue();
    advance(Duration.ofMillis(500));

    assertThat(refused(1, window).retryNanos()).hasValue(Duration.ofMillis(59_500).toNanos());
    assertThat(refused(2, burst).retryNanos()).hasValue(Duration.ofMillis(1_500).toNanos());
    advance(Duration.ofMillis(1_500).minusNanos(1));
    assertThat(takes(2, burst)).isFalse();
    advance(Duration.ofNanos(1));
    assertThat(takes(2, burst)).isTrue();
    assertThat(refused(2, window).retryNanos()).as("more than it can ever give").isEmpty();
    assertThat(refused(4, burst).retryNanos()).as("more than it can ever give").isEmpty();
  }

  @Test
  void readings_haveTheLeastLeftFirst_andTheOneThatRefusedFirst() {
    AppliedLimit own = minutely(UUID.randomUUID(), 10);
    AppliedLimit above = shared(UUID.randomUUID(), 2);

    assertThat(taken(limiter.draw(List.of(own, above), 2)).readings())
        .extracting(LimitReading::remaining)
        .containsExactly(0L, 8L);
    assertThat(refused(1, own, above).readings())
        .extracting(reading -> reading.limit().shared(), LimitReading::remaining)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(true, 0L),
            org.assertj.core.api.Assertions.tuple(false, 8L));
  }

  @Test
  void sharedLimit_isTakenFromByAll_andARefusalTakesNothingFromTheOthers() {
    UUID node = UUID.randomUUID();
    AppliedLimit one = minutely(UUID.randomUUID(), 10);
    AppliedLimit two = minutely(UUID.randomUUID(), 10);
    assertThat(takes(2, one, shared(node, 3))).isTrue();

    for (int i = 0; i < 5; i++) {
      assertThat(takes(2, two, shared(node, 3))).isFalse();
    }
    assertThat(taken(limiter.draw(List.of(two), 1)).readings().getFirst().remaining())
        .as("what the refusals gave back")
        .isEqualTo(9);
    assertThat(takes(1, two, shared(node, 3))).isTrue();
  }

  @Test
  void givenBack_isThereAgain_butNotInTheNextWindow() {
    AppliedLimit limit = minutely(UUID.randomUUID(), 1);
    taken(limiter.draw(List.of(limit), 1)).giveBack();
    assertThat(taken(limit, 2)).isEqualTo(1);
    advance(MINUTE);

    RateLimiter.Draw.Taken late = taken(limiter.draw(List.of(limit), 1));
    advance(MINUTE);
    assertThat(taken(limit, 1)).isEqualTo(1);
    late.giveBack();

    assertThat(taken(limit, 1)).as("belongs to a window that has passed").isZero();
  }

  @Test
  void changedLimit_holdsAtOnce_withAsMuchUsedAsBefore() {
    UUID key = UUID.randomUUID();
    assertThat(taken(minutely(key, 10), 8)).isEqualTo(8);

    assertThat(taken(minutely(key, 9), 5)).as("one more of nine").isEqualTo(1);
    assertThat(taken(minutely(key, 5), 5)).as("fewer than were used").isZero();
    assertThat(taken(minutely(key, 12), 5)).as("three more of twelve").isEqualTo(3);
  }

  @Test
  void shorterWindow_endsCountedFromItsBeginning() {
    UUID key = UUID.randomUUID();
    assertThat(taken(minutely(key, 2), 2)).isEqualTo(2);
    advance(Duration.ofSeconds(30));
    AppliedLimit shorter = own(key, "data", 2, Duration.ofSeconds(40), 0);
    assertThat(taken(shorter, 1)).isZero();
    advance(Duration.ofSeconds(10));

    assertThat(taken(shorter, 3)).isEqualTo(2);
  }

  @Test
  void unusedCounters_areForgotten_onlyOnceTheyMeanNothing() {
    AppliedLimit limit = minutely(UUID.randomUUID(), 1);
    assertThat(takes(1, limit)).isTrue();
    advance(MINUTE.minusSeconds(1));
    assertThat(takes(1, limit)).isFalse();
    assertThat(limiter.size()).isEqualTo(1);
  }

  @Test
  void equalLimits_areOneCount_whicheverOfThemIsDrawnFrom() {
    UUID key = UUID.randomUUID();
    AppliedLimit one = minutely(key, 4);
    AppliedLimit other = minutely(key, 4);

    for (int i = 0; i < 2; i++) {
      assertThat(takes(1, one)).isTrue();
      assertThat(takes(1, other)).isTrue();
    }

    assertThat(takes(1, one)).isFalse();
    assertThat(takes(1, other)).isFalse();
  }

  @Test
  void counterInUse_isNotForgotten_thoughItIsSeldomLookedUp() {
    UUID key = UUID.randomUUID();
    AppliedLimit limit = own(key, "data", 10, Duration.ofSeconds(5), 0);
    for (int second = 0; second < 8; second++) {
      assertThat(takes(1, limit)).isTrue();
      advance(Duration.ofSeconds(1));
    }

    assertThat(taken(own(key, "data", 10, Duration.ofSeconds(5), 0), 10))
        .as("three were taken of the window that began at the fifth second")
        .isEqualTo(7);
  }

  @Test
  void forgottenCounter_isNotDrawnFrom() {
    LocalRateLimiter small = new LocalRateLimiter(time::get, 1);
    UUID key = UUID.randomUUID();
    AppliedLimit limit = minutely(key, 1);
    assertThat(small.draw(List.of(limit), 1)).isInstanceOf(RateLimiter.Draw.Taken.class);
    // Out of memory: the count begins anew, for all who draw from it.
    for (int i = 0; i < 100; i++) {
      small.draw(List.of(minutely(UUID.randomUUID(), 1)), 1);
    }
    assertThat(small.draw(List.of(limit), 1)).isInstanceOf(RateLimiter.Draw.Taken.class);

    assertThat(small.draw(List.of(minutely(key, 1)), 1))
        .isInstanceOf(RateLimiter.Draw.Refused.class);
  }

  @Test
  void retiredWindow_keepsNothingThatIsGivenBack() {
    UUID key = UUID.randomUUID();
    RateLimiter.Draw.Taken first = taken(limiter.draw(List.of(minutely(key, 3)), 2));
    assertThat(taken(minutely(key, 4), 5)).as("two more of four").isEqualTo(2);

    first.giveBack();

    assertThat(taken(minutely(key, 4), 1)).isZero();
  }
}
