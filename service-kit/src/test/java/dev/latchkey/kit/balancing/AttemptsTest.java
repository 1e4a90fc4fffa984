package dev.latchkey.kit.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AttemptsTest {
  private static final Duration WHOLE = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Attempts attempts = new Attempts(WHOLE, PATIENCE);

  /** How long each attempt so far might take. */
  private final List<Duration> times = new ArrayList<>();

  /** Makes a call of which each attempt ends at once, as its number has it. */
  private ListenableFuture<String> call(Deadline end, IntFunction<ListenableFuture<String>> ends) {
    int before = times.size();
    return attempts.call(
        end,
        deadline -> {
          times.add(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
          return ends.apply(times.size() - before);
        });
  }

  private ListenableFuture<String> call(IntFunction<ListenableFuture<String>> ends) {
    return call(Deadline.after(WHOLE.toMinutes(), TimeUnit.MINUTES), ends);
  }

  private static ListenableFuture<String> failed(Status.Code code) {
    return Futures.immediateFailedFuture(code.toStatus().asRuntimeException());
  }

  private static ListenableFuture<String> silence(int number) {
    return failed(Status.Code.DEADLINE_EXCEEDED);
  }

  private static Status.Code failureOf(ListenableFuture<String> answer) {
    assertThat(answer).isDone();
    return Status.fromThrowable(answer.exceptionNow()).getCode();
  }

  private void times(Duration... expected) {
    assertThat(times).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(times.get(i)).isBetween(expected[i].minusSeconds(30), expected[i]);
    }
  }

  @Test
  void whereNodesSayNothing_thereAreThreeAttempts_ofWhichTheLastHasAllTheTime() {
    assertThat(failureOf(call(AttemptsTest::silence))).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    times(PATIENCE, PATIENCE, WHOLE);
  }

  @Test
  void answerOfAnotherNode_isTheAnswer() throws Exception {
    assertThat(call(number -> number == 1 ? silence(1) : Futures.immediateFuture("yes")).get())
        .isEqualTo("yes");
    times(PATIENCE, PATIENCE);
  }

  /** The node has spoken, or gRPC has tried again by itself. */
  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OK", "DEADLINE_EXCEEDED"})
  void anyOtherFailure_isFinal(Status.Code code) {
    assertThat(failureOf(call(number -> failed(code)))).isEqualTo(code);
    assertThat(times).hasSize(1);
  }

  @Test
  void callThatMustEndSooner_hasOneAttempt_andAllTheTimeThereIs() {
    assertThat(failureOf(call(Deadline.after(40, TimeUnit.SECONDS), AttemptsTest::silence)))
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    times(Duration.ofSeconds(40));
  }

  @Test
  void whereNothingIsAnswered_attemptsDoNotBecomeAStorm_andAnswersAllowThemAgain() {
    for (int i = 0; i < 500; i++) {
      var _ = call(AttemptsTest::silence);
    }
    assertThat(times.size() - 500).as("made anew").isEqualTo(AttemptBudget.MOST / 2);
    assertThat(attempts.allowAnother()).isFalse();
    assertThat(times.getLast()).as("of the only attempt").isGreaterThan(PATIENCE);

    for (int i = 0; i < AttemptBudget.MOST; i++) {
      var _ = call(number -> Futures.immediateFuture("yes"));
    }
    times.clear();
    var _ = call(AttemptsTest::silence);
    assertThat(times).hasSize(3);
  }
}
