package dev.latchkey.harness.bench;

import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A closed load on one server: a fixed number of unary calls in flight, spread over a few
 * connections, each followed by the next on the thread that brought its answer. Any call that fails
 * or gets another answer than it should fails the run. For one run at a time.
 */
final class UnaryLoad implements Load {
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
    SplittableRandom seeds = new SplittableRandom();
    ClosedRun run = new ClosedRun(inFlight, duration);
    for (int i = 0; i < inFlight; i++) {
      new Slot(connections.stub(i), seeds.split(), run).next();
    }
    return run.figures();
  }

  @Override
  public void close() {
    connections.close();
  }

  /** One of the calls in flight, again and again until the end. */
  private final class Slot implements StreamObserver<AuthenticateResponse> {
    private final AuthenticationServiceStub stub;
    private final SplittableRandom random;
    private final ClosedRun run;
    private long sent;

    Slot(AuthenticationServiceStub stub, SplittableRandom random, ClosedRun run) {
      this.stub = stub;
      this.random = random;
      this.run = run;
    }

    void next() {
      sent = System.nanoTime();
      stub.authenticate(choose(random), this);
    }

    @Override
    public void onNext(AuthenticateResponse answer) {
      if (!expected.test(answer)) {
        run.fail(new IllegalStateException("not the answer expected: " + answer));
      }
    }

    @Override
    public void onCompleted() {
      if (run.answered(sent, System.nanoTime())) {
        next();
      } else {
        run.partEnded();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      run.fail(thrown);
      run.partEnded();
    }
  }
}
