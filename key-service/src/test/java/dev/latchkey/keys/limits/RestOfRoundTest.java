package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.MathType;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.distributed.remote.RemoteStat;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RestOfRoundTest {
  private static final long BEGIN = Duration.ofHours(500_000).toNanos();
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Bandwidth WINDOW =
      Bandwidth.builder().capacity(3).refillIntervally(3, HOUR).build();
  private static final Bandwidth BUCKET =
      Bandwidth.builder().capacity(3).refillGreedy(3, HOUR).build();

  /** How long a round that began at {@link #BEGIN} is kept after a draw. */
  private static Duration kept(Bandwidth limit, long drawn, Duration after) {
    BucketConfiguration configuration = BucketConfiguration.builder().addLimit(limit).build();
    RemoteBucketState state =
        new RemoteBucketState(
            BucketState.createInitialState(configuration, MathType.INTEGER_64_BITS, BEGIN),
            new RemoteStat(0),
            null);
    state.consume(drawn);
    return Duration.ofMillis(
        new RestOfRound().calculateTimeToLiveMillis(state, BEGIN + after.toNanos()));
  }

  @Test
  void window_isKeptUntilItEnds() {
    assertThat(kept(WINDOW, 1, Duration.ZERO)).isEqualTo(HOUR);
    assertThat(kept(WINDOW, 3, Duration.ofMinutes(20))).isEqualTo(Duration.ofMinutes(40));
  }

  @Test
  void windowOfWhichTooMuchWasTaken_isKeptUntilItEnds() {
    assertThat(kept(WINDOW, 4, Duration.ofMinutes(20))).isEqualTo(Duration.ofMinutes(40));
    assertThat(kept(WINDOW, 300, Duration.ofMinutes(20))).isEqualTo(Duration.ofMinutes(40));
    assertThat(kept(WINDOW, 10_000_000_000L, Duration.ofMinutes(20))).isEqualTo(HOUR);
  }

  @Test
  void nodeWhoseClockIsBehind_keepsTheWindowToo() {
    Duration before = Duration.ofMillis(-2);

    assertThat(kept(WINDOW, 2, before)).isEqualTo(HOUR.plusMillis(2));
    assertThat(kept(WINDOW, 4, before)).isEqualTo(HOUR.plusMillis(2));
  }

  @Test
  void bucket_isKeptUntilItIsFull() {
    assertThat(kept(BUCKET, 1, Duration.ZERO)).isEqualTo(Duration.ofMinutes(20));
    assertThat(kept(BUCKET, 3, Duration.ZERO)).isEqualTo(HOUR);
  }

  @Test
  void roundOfWhichNothingIsTaken_isNotKeptForGood() {
    assertThat(kept(WINDOW, 0, Duration.ZERO)).isEqualTo(Duration.ofMillis(1));
    assertThat(kept(BUCKET, 0, Duration.ZERO)).isEqualTo(Duration.ofMillis(1));
  }
}
