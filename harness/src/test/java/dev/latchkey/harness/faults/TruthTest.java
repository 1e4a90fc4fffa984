package dev.latchkey.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.secret.Secret;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("what counts as a wrong answer")
class TruthTest {
  private static final CallAnswer ALLOWED = new CallAnswer.Allowed();
  private static final CallAnswer DENIED = new CallAnswer.Denied("REVOKED");
  private static final CallAnswer FAILED = new CallAnswer.Failed("UNAVAILABLE", true);
  private static final long BOUND = Truth.USUAL_BOUND.toNanos();

  private final Standstills standstills = new Standstills();
  private final Truth truth = new Truth(standstills);
  private final TrackedKey key = new TrackedKey("key", Secret.of("secret"));

  @Test
  @DisplayName("an allow that began later than the bound after the deny was acknowledged")
  void lateAllow_isWrong() {
    key.denied();
    judge(BOUND + 1, ALLOWED);
    assertThat(truth.wrongAnswers()).isEqualTo(1);
    assertThat(truth.takeWrong()).singleElement().asString().contains("1000 ms after DENY");
  }

  @Test
  @DisplayName("also an allow that is late because the machine stood still, and it says so")
  void standstill_isTold_andNoExcuse() {
    key.denied();
    long since = key.expectation().since();
    standstills.note(since - BOUND, since + BOUND / 2);
    judge(BOUND + 1, ALLOWED);
    assertThat(truth.wrongAnswers()).isEqualTo(1);
    assertThat(truth.takeWrong())
        .singleElement()
        .asString()
        .contains("500 ms of them at a standstill");
  }

  @Test
  @DisplayName("a deny of a key that is good")
  void denyOfGoodKey_isWrong() {
    judge(BOUND + 1, DENIED);
    assertThat(truth.wrongAnswers()).isEqualTo(1);
  }

  @Test
  @DisplayName("not an allow within the bound, nor a call without a decision")
  void inTime_isNotWrong() {
    judge(BOUND + 1, ALLOWED);
    judge(BOUND + 1, FAILED);
    key.denied();
    judge(BOUND, ALLOWED);
    judge(BOUND + 1, DENIED);
    judge(BOUND + 1, FAILED);
    assertThat(truth.wrongAnswers()).isZero();
  }

  @Test
  @DisplayName("not an answer to a call during which the key was changed")
  void changedMeanwhile_isNotJudged() {
    key.denied();
    Expectation before = key.expectation();
    key.changing();
    truth.judge(key, before, before.since() + 2 * BOUND, ALLOWED, "a node");
    judge(2 * BOUND, ALLOWED);
    judge(2 * BOUND, DENIED);
    assertThat(truth.wrongAnswers()).isZero();
  }

  @Test
  @DisplayName("not an allow within a longer bound, where a scenario promises less")
  void longerBound_holds() {
    truth.allowLateness(Duration.ofSeconds(5));
    key.denied();
    judge(4 * BOUND, ALLOWED);
    assertThat(truth.wrongAnswers()).isZero();
    judge(5 * BOUND + 1, ALLOWED);
    assertThat(truth.wrongAnswers()).isEqualTo(1);
  }

  private void judge(long after, CallAnswer answer) {
    Expectation now = key.expectation();
    truth.judge(key, now, now.since() + after, answer, "a node");
  }
}
