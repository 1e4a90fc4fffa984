package dev.latchkey.harness.bench;

import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed load on one server: a fixed number of unary calls in flight, spread over a few
 * connections, each followed by the next on the thread that brought its answer. Any call that fails
 * or gets another answer than it should fails the run. For one run at a time.
 */
final class UnaryLoad implements Load {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final Duration LATE = Duration.ofSeconds(30);

  private final Connections connections;
  private final List<AuthenticateRequest> requests;
  private final Predicate<AuthenticateResponse> expected;
  private final int inFlight;
  private @Nullable AtomicInteger turn;

  /**
   * @param connections to the server; closed with this
   * @param requests what is asked, chosen from at random
   * @param expected whether an answer is as it should be
   * @param inFlight how many calls are under way at any time, over all connections
   */
  UnaryLoad(
      Connections connections,
      List<AuthenticateRequest> requests,
      Predicate<AuthenticateResponse> expected,
      int inFlight) {
    this.connections = connections;
    this.requests = List.copyOf(requests);
    this.expected = expected;
    this.inFlight = inFlight;
  }

  /** Asks in the order of the requests instead, each run where the last one ended; gives this. */
  UnaryLoad inTurn() {
    turn = new AtomicInteger();
    return this;
  }

  private AuthenticateRequest choose(SplittableRandom random) {
    AtomicInteger next = turn;
    return requests.get(
        next == null
            ? random.nextInt(requests.size())
            : Math.floorMod(next.getAndIncrement(), requests.size()));
  }

  @Override
  public Figures run(Duration duration) {
    Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
    CountDownLatch running = new CountDownLatch(inFlight);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    SplittableRandom seeds = new SplittableRandom();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    for (int i = 0; i < inFlight; i++) {
      new Slot(connections.stub(i), seeds.split(), end, latencies, running, failure).next();
    }
    Load.await(running, duration.plus(LATE));
    long elapsed = System.nanoTime() - start;
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("a call failed: " + thrown.getMessage(), thrown);
    }
    Histogram histogram = latencies.getIntervalHistogram();
    return Figures.of(histogram, elapsed);
  }

  @Override
  public void close() {
    connections.close();
  }

  /** One of the calls in flight, again and again until the end. */
  private final class Slot implements StreamObserver<AuthenticateResponse> {
    private final AuthenticationServiceStub stub;
    private final SplittableRandom random;
    private final long end;
    private final Recorder latencies;
    private final CountDownLatch running;
    private final AtomicReference<@Nullable Throwable> failure;
    private long sent;

    Slot(
        AuthenticationServiceStub stub,
        SplittableRandom random,
        long end,
        Recorder latencies,
        CountDownLatch running,
        AtomicReference<@Nullable Throwable> failure) {
      this.stub = stub;
      this.random = random;
      this.end = end;
      this.latencies = latencies;
      this.running = running;
      this.failure = failure;
    }

    void next() {
      sent = System.nanoTime();
      stub.authenticate(choose(random), this);
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
      long now = System.nanoTime();
      latencies.recordValue(now - sent);
      if (now - end < 0 && failure.get() == null) {
        next();
      } else {
        running.countDown();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      failure.compareAndSet(null, thrown);
      running.countDown();
    }
  }
}
