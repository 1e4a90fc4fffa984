package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.feed.Pulse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/decisions/staleness.md}, by a time that stands still. */
final class TrustWindowTest {
  private long now = 1_000;
  private final Pulse pulse = new Pulse(() -> now);
  private final TrustWindow trust =
      new TrustWindow(
          pulse, () -> now, new TrustSettings(Duration.ofSeconds(5), Duration.ofSeconds(60)));

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void heardWithinTheWindow_theMemoryHolds_whetherTheDatabaseIsThereOrNot() {
    pulse.heard(now);
    pass(Duration.ofSeconds(5));
    assertThat(trust.state()).isEqualTo(Trust.TRUSTED);
    pulse.lost();
    assertThat(trust.state()).isEqualTo(Trust.TRUSTED);
    assertThat(trust.isTrusted()).isTrue();
    assertThat(trust.mayAsk()).isFalse();
  }

  @Test
  void silenceBeyondTheWindow_isReadThrough_untilTheDatabaseDoesNotAnswer() {
    pulse.heard(now);
    pass(Duration.ofMillis(5_001));
    assertThat(trust.isTrusted()).isFalse();
    assertThat(trust.state()).isEqualTo(Trust.READ_THROUGH);
    assertThat(trust.mayAsk()).isTrue();

    trust.failed();

    assertThat(trust.state()).isEqualTo(Trust.GRACE);
    assertThat(trust.mayAsk()).isFalse();
    trust.answered();
    assertThat(trust.state()).isEqualTo(Trust.READ_THROUGH);
  }

  @Test
  void afterAFailure_oneAsksEachSecond() {
    pulse.heard(now);
    pass(Duration.ofSeconds(6));
    trust.failed();
    pass(Duration.ofMillis(999));
    assertThat(trust.mayAsk()).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(trust.mayAsk()).isTrue();
    assertThat(trust.mayAsk()).as("another").isFalse();
  }

  @Test
  void afterAFailure_everybodyAsksAgain_onceTheLogIsHeard() {
    pulse.heard(now);
    trust.failed();
    pass(Duration.ofMillis(10));
    assertThat(trust.mayAsk()).isFalse();
    pulse.heard(now);
    assertThat(trust.mayAsk()).isTrue();
    assertThat(trust.mayAsk()).isTrue();
  }

  @Test
  void grace_endsSoLongAfterTheWindow_andForEachKeyAfterItWasLastRead() {
    pulse.heard(now);
    pass(Duration.ofSeconds(30));
    Lookup.Unknown read = new Lookup.Unknown(now);
    pulse.lost();
    pass(Duration.ofSeconds(35));
    assertThat(trust.state()).isEqualTo(Trust.GRACE);
    pass(Duration.ofMillis(1));
    assertThat(trust.state()).isEqualTo(Trust.LOST);
    assertThat(trust.lasts(new Lookup.Unknown(0))).isFalse();
    assertThat(trust.lasts(read)).isTrue();
    pass(Duration.ofSeconds(30));
    assertThat(trust.lasts(read)).isFalse();
  }

  @Test
  void whatWasJustRead_isUsedAgain_forATenthOfASecond() {
    pulse.heard(now);
    pass(Duration.ofSeconds(6));
    Lookup.Unknown read = new Lookup.Unknown(now);
    pass(TrustWindow.HOLD);
    assertThat(trust.holds(read)).isTrue();
    assertThat(trust.isStale(trust.ageNanos(read))).isFalse();
    pass(Duration.ofNanos(1));
    assertThat(trust.holds(read)).isFalse();
  }
}
