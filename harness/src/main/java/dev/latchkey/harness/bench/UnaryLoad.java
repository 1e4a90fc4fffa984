package dev.latchkey.harness.bench;

import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A closed load on one server: a fixed number of unary calls in flight, spread over a few
 * connections, each followed by the next on the thread that brought its answer. Any call that fails
 * or gets another answer than it should fails the run. For one run at a time.
 */
final class UnaryLoad implements Load {
  private final Connections connections;
  private final byte[][] requests;
  private final MethodDescriptor<byte[], Answer> method;
  private final int inFlight;
  private @Nullable AtomicInteger turn;

  /**
   * @param connections to the server; closed with this
   * @param requests what is asked, chosen from at random
   * @param expected what every answer has to be
   * @param inFlight how many calls are under way at any time, over all connections
   */
  UnaryLoad(
      Connections connections,
      List<AuthenticateRequest> requests,
      Expected expected,
      int inFlight) {
    this.connections = connections;
    this.requests = requests.stream().map(AuthenticateRequest::toByteArray).toArray(byte[][]::new);
    this.method = method(expected);
    this.inFlight = inFlight;
  }

  /** Authenticate with requests that are encoded already and answers that are only looked at. */
  static MethodDescriptor<byte[], Answer> method(Expected expected) {
    return AuthenticationServiceGrpc.getAuthenticateMethod().toBuilder(
            new PreparedMarshaller(), AnswerMarshaller.ofCalls(expected))
        .build();
  }

  /** Asks in the order of the requests instead, each run where the last one ended; gives this. */
  UnaryLoad inTurn() {
    turn = new AtomicInteger();
    return this;
  }

  private byte[] choose(SplittableRandom random) {
    AtomicInteger next = turn;
    return requests[
        next == null
            ? random.nextInt(requests.length)
            : Math.floorMod(next.getAndIncrement(), requests.length)];
  }

  @Override
  public Figures run(Duration duration) {
    SplittableRandom seeds = new SplittableRandom();
    LoadRun run = new LoadRun(inFlight, duration);
    for (int i = 0; i < inFlight; i++) {
      new Slot(i % connections.count(), seeds.split(), run).next();
    }
    return run.figures();
  }

  @Override
  public void close() {
    connections.close();
  }

  /** One of the calls in flight, again and again until the end. */
  private final class Slot extends UnaryCall {
    private final int connection;
    private final SplittableRandom random;
    private final LoadRun run;
    private long sent;

    Slot(int connection, SplittableRandom random, LoadRun run) {
      this.connection = connection;
      this.random = random;
      this.run = run;
    }

    void next() {
      sent = System.nanoTime();
      make(connections.call(connection, method), choose(random));
    }

    @Override
    void answered() {
      if (run.answered(sent, System.nanoTime())) {
        next();
      } else {
        run.partEnded();
      }
    }

    @Override
    void failed(Throwable thrown) {
      run.fail(thrown);
      run.partEnded();
    }
  }
}
