package dev.latchkey.harness.bench;

import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A closed load on AuthenticateStream: one stream on each of a few connections, a fixed number of
 * requests without an answer on each, every answer followed by the next request on the thread that
 * brought it. Any request that fails or is denied fails the run. For one run at a time.
 */
final class StreamLoad implements Load {
  private final Connections connections;
  private final List<AuthenticateRequest> requests;
  private final int inFlight;

  /**
   * @param connections to the server, with a stream on each; closed with this
   * @param requests what is asked, chosen from at random
   * @param inFlight how many requests are under way at any time, over all streams
   */
  StreamLoad(Connections connections, List<AuthenticateRequest> requests, int inFlight) {
    this.connections = connections;
    this.requests = List.copyOf(requests);
    this.inFlight = inFlight;
  }

  @Override
  public Figures run(Duration duration) {
    int streams = connections.count();
    SplittableRandom seeds = new SplittableRandom();
    ClosedRun run = new ClosedRun(streams, duration);
    for (int i = 0; i < streams; i++) {
      int share = inFlight / streams + (i < inFlight % streams ? 1 : 0);
      new Asking(seeds.split(), run).start(connections.stub(i), share);
    }
    return run.figures();
  }

  @Override
  public void close() {
    connections.close();
  }

  /** One stream; a request's id is its place among those under way. */
  private final class Asking implements StreamObserver<AuthenticateStreamResponse> {
    private final SplittableRandom random;
    private final ClosedRun run;
    private long[] sent = new long[0];
    private int underWay;
    private @Nullable StreamObserver<AuthenticateStreamRequest> out;

    Asking(SplittableRandom random, ClosedRun run) {
      this.random = random;
      this.run = run;
    }

    synchronized void start(AuthenticationServiceStub stub, int places) {
      sent = new long[places];
      underWay = places;
      StreamObserver<AuthenticateStreamRequest> opened = stub.authenticateStream(this);
      out = opened;
      for (int place = 0; place < places; place++) {
        ask(opened, place);
      }
    }

    private void ask(StreamObserver<AuthenticateStreamRequest> opened, int place) {
      sent[place] = System.nanoTime();
      opened.onNext(
          AuthenticateStreamRequest.newBuilder()
              .setId(place)
              .setRequest(requests.get(random.nextInt(requests.size())))
              .build());
    }

    @Override
    public synchronized void onNext(AuthenticateStreamResponse answer) {
      int place = (int) answer.getId();
      if (!answer.getResponse().hasAllowed()) {
        run.fail(new IllegalStateException("not allowed: " + answer));
      }
      boolean more = run.answered(sent[place], System.nanoTime());
      StreamObserver<AuthenticateStreamRequest> opened = out;
      if (opened == null) {
        return;
      }
      if (more) {
        ask(opened, place);
      } else if (--underWay == 0) {
        opened.onCompleted();
      }
    }

    @Override
    public void onCompleted() {
      run.partEnded();
    }

    @Override
    public void onError(Throwable thrown) {
      run.fail(thrown);
      run.partEnded();
    }
  }
}
