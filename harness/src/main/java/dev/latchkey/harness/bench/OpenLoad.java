package dev.latchkey.harness.bench;

import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * An open load on one server: unary calls at even distances in time, whether or not those before
 * are answered, as customers who know nothing of each other make them. A call's latency counts from
 * when it was due, so that a server that stands still is charged for all the calls it held up. So
 * many calls may be under way; where they are, the next is made late and is charged for that too,
 * and none is left out. Any call that fails or gets another answer than it should fails the run.
 * For one run at a time.
 */
final class OpenLoad implements AutoCloseable {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final int MOST_UNDER_WAY = 1_000;
  private static final Duration LATE = Duration.ofSeconds(30);

  private final Connections connections;
  private final List<AuthenticateRequest> requests;
  private final Predicate<AuthenticateResponse> expected;
  private final Histogram delays = new Histogram(SIGNIFICANT_DIGITS);

  /**
   * @param connections to the server; closed with this
   * @param requests what is asked, chosen from at random
   * @param expected whether an answer is as it should be
   */
  OpenLoad(
      Connections connections,
      List<AuthenticateRequest> requests,
      Predicate<AuthenticateResponse> expected) {
    this.connections = connections;
    this.requests = List.copyOf(requests);
    this.expected = expected;
  }

  /**
   * The load at one rate. Closing it leaves the connections open.
   *
   * @param rate calls a second, above 0
   */
  Load at(double rate) {
    return new AtRate(rate);
  }

  private final class AtRate implements Load {
    private final double rate;

    AtRate(double rate) {
      this.rate = rate;
    }

    @Override
    public Figures run(Duration duration) {
      return new Run(rate, duration).figures();
    }

    @Override
    public void close() {}
  }

  /** How long after it was due a call was made, of 99 in 100, in microseconds, over all runs. */
  double delayP99Micros() {
    return delays.getValueAtPercentile(99) / 1e3;
  }

  @Override
  public void close() {
    connections.close();
  }

  /** One time the load is kept up. */
  private final class Run {
    private final double apart;
    private final int calls;
    private final Semaphore free = new Semaphore(MOST_UNDER_WAY);
    private final Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final long begin = System.nanoTime();
    private final long end;

    Run(double rate, Duration duration) {
      this.apart = TimeUnit.SECONDS.toNanos(1) / rate;
      this.calls = (int) Math.max(1, duration.toNanos() / apart);
      this.end = begin + duration.plus(LATE).toNanos();
    }

    Figures figures() {
      SplittableRandom random = new SplittableRandom();
      for (int call = 0; call < calls && failure.get() == null; call++) {
        long due = begin + (long) (call * apart);
        await(due);
        acquire(1);
        delays.recordValue(System.nanoTime() - due);
        connections
            .stub(call)
            .authenticate(requests.get(random.nextInt(requests.size())), new Call(due));
      }
      acquire(MOST_UNDER_WAY);
      long elapsed = System.nanoTime() - begin;
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw new IllegalStateException("a call failed: " + thrown.getMessage(), thrown);
      }
      return Figures.of(latencies.getIntervalHistogram(), elapsed);
    }

    private static void await(long due) {
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }

    private void acquire(int places) {
      try {
        if (!free.tryAcquire(places, end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new IllegalStateException(
              "%d calls are still under way %s after the end"
                  .formatted(MOST_UNDER_WAY - free.availablePermits(), LATE));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }

    /** One call. */
    private final class Call implements StreamObserver<AuthenticateResponse> {
      private final long due;

      Call(long due) {
        this.due = due;
      }

      @Override
      public void onNext(AuthenticateResponse answer) {
        if (!expected.test(answer)) {
          failure.compareAndSet(
              null, new IllegalStateException("not the answer expected: " + answer));
        }
      }

      @Override
      public void onCompleted() {
        latencies.recordValue(System.nanoTime() - due);
        free.release();
      }

      @Override
      public void onError(Throwable thrown) {
        failure.compareAndSet(null, thrown);
        free.release();
      }
    }
  }
}
