package dev.latchkey.kit.balancing;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Makes a call anew, on a balanced channel and so on another node, when a node says nothing for too
 * long; gRPC's own retries know no such limit. The last attempt has all the time that is left, so
 * an answer that takes long everywhere still arrives. {@code UNAVAILABLE} is for gRPC's retries.
 *
 * <p>For calls that may be made twice: a node that is given up on may have done its work. Never
 * waits; safe for use by many threads.
 */
public final class Attempts {
  private static final int MOST = 3;

  private final AttemptBudget budget = new AttemptBudget();
  private final Duration whole;
  private final Duration patience;

  /**
   * @param whole how long the call may take with all its attempts
   * @param patience how long one node may be silent
   */
  public Attempts(Duration whole, Duration patience) {
    this.whole = whole;
    this.patience = patience;
  }

  /**
   * Makes the call.
   *
   * @param attempt makes one attempt, which ends by the deadline given
   */
  public <A> ListenableFuture<A> call(Function<Deadline, ListenableFuture<A>> attempt) {
    return call(after(whole), attempt);
  }

  /**
   * Makes the call with what is left of the time for it.
   *
   * @param end when it ends with all its attempts
   * @param attempt makes one attempt, which ends by the deadline given
   */
  public <A> ListenableFuture<A> call(
      Deadline end, Function<Deadline, ListenableFuture<A>> attempt) {
    SettableFuture<A> answer = SettableFuture.create();
    new Call<>(attempt, end, answer).attempt(1);
    return answer;
  }

  /** Whether what comes to nothing may be tried again just now. */
  public boolean allowAnother() {
    return budget.allowsAnother();
  }

  /** Takes note of an answer to an attempt that was made in some other way. */
  public void answered() {
    budget.answered();
  }

  /** Takes note of such an attempt that came to nothing. */
  public void failed() {
    budget.failed();
  }

  private static Deadline after(Duration time) {
    return Deadline.after(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private final class Call<A> {
    private final Function<Deadline, ListenableFuture<A>> attempt;
    private final Deadline end;
    private final SettableFuture<A> answer;

    Call(Function<Deadline, ListenableFuture<A>> attempt, Deadline end, SettableFuture<A> answer) {
      this.attempt = attempt;
      this.end = end;
      this.answer = answer;
    }

    void attempt(int number) {
      Deadline silence = after(patience);
      boolean last = number == MOST || !silence.isBefore(end) || !budget.allowsAnother();
      Futures.addCallback(
          attempt.apply(last ? end : silence),
          new FutureCallback<>() {
            @Override
            public void onSuccess(A answered) {
              budget.answered();
              answer.set(answered);
            }

            @Override
            public void onFailure(Throwable thrown) {
              if (!last
                  && Status.fromThrowable(thrown).getCode() == Status.Code.DEADLINE_EXCEEDED) {
                budget.failed();
                attempt(number + 1);
              } else {
                answer.setException(thrown);
              }
            }
          },
          MoreExecutors.directExecutor());
    }
  }
}
