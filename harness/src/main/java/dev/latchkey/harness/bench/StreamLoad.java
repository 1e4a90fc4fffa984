package dev.latchkey.harness.bench;

import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A closed load on AuthenticateStream: one stream on each of a few connections, a fixed number of
 * requests without an answer on each, every answer followed by the next request on the thread that
 * brought it. Any request that fails or is denied fails the run, and so does an answer to nothing
 * that was asked. For one run at a time.
 */
final class StreamLoad implements Load {
  private static final MethodDescriptor<byte[], Answer> METHOD =
      AuthenticationServiceGrpc.getAuthenticateStreamMethod().toBuilder(
              new PreparedMarshaller(), AnswerMarshaller.ofStreams(Expected.ALLOWED))
          .build();

  private final Connections connections;
  private final int inFlight;

  /** Messages that have a request and no id. */
  private final byte[][] requests;

  /** Messages that have an id, which is their place, and no request. */
  private final byte[][] ids;

  /**
   * @param connections to the server, with a stream on each; closed with this
   * @param requests what is asked, chosen from at random
   * @param inFlight how many requests are under way at any time, over all streams
   */
  StreamLoad(Connections connections, List<AuthenticateRequest> requests, int inFlight) {
    this.connections = connections;
    this.inFlight = inFlight;
    this.requests =
        requests.stream()
            .map(request -> AuthenticateStreamRequest.newBuilder().setRequest(request).build())
            .map(AuthenticateStreamRequest::toByteArray)
            .toArray(byte[][]::new);
    this.ids =
        IntStream.range(0, inFlight)
            .mapToObj(id -> AuthenticateStreamRequest.newBuilder().setId(id).build())
            .map(AuthenticateStreamRequest::toByteArray)
            .toArray(byte[][]::new);
  }

  @Override
  public Figures run(Duration duration) {
    int streams = Math.min(connections.count(), inFlight);
    SplittableRandom seeds = new SplittableRandom();
    LoadRun run = new LoadRun(streams, duration);
    for (int i = 0; i < streams; i++) {
      int share = inFlight / streams + (i < inFlight % streams ? 1 : 0);
      Asking asking = new Asking(connections.call(i, METHOD), share, seeds.split(), run);
      connections.loop(i).execute(asking::start);
    }
    return run.figures();
  }

  @Override
  public void close() {
    connections.close();
  }

  /**
   * One stream; a request's id is its place among those under way. For its connection's thread
   * only, on which its answers come.
   */
  private final class Asking extends ClientCall.Listener<Answer> {
    private static final long NOT_ASKED = Long.MIN_VALUE;

    private final ClientCall<byte[], Answer> call;
    private final SplittableRandom random;
    private final LoadRun run;
    private final long[] sent;
    private int underWay;

    Asking(ClientCall<byte[], Answer> call, int places, SplittableRandom random, LoadRun run) {
      this.call = call;
      this.random = random;
      this.run = run;
      this.sent = new long[places];
      this.underWay = places;
    }

    void start() {
      call.start(this, new Metadata());
      call.request(Integer.MAX_VALUE);
      for (int place = 0; place < sent.length; place++) {
        ask(place);
      }
    }

    /** Encoded messages one after the other are one message with the fields of both. */
    private void ask(int place) {
      byte[] id = ids[place];
      byte[] request = requests[random.nextInt(requests.length)];
      byte[] message = Arrays.copyOf(id, id.length + request.length);
      System.arraycopy(request, 0, message, id.length, request.length);
      sent[place] = System.nanoTime();
      call.sendMessage(message);
    }

    @Override
    public void onMessage(Answer answer) {
      String wrong = answer.wrong();
      long id = answer.id();
      if (wrong == null && (id < 0 || id >= sent.length || sent[(int) id] == NOT_ASKED)) {
        wrong = "an answer to " + id + ", which is not under way";
      }
      if (wrong != null) {
        run.fail(new IllegalStateException(wrong));
        call.cancel(wrong, null);
        return;
      }
      int place = (int) id;
      if (run.answered(sent[place], System.nanoTime())) {
        ask(place);
        return;
      }
      sent[place] = NOT_ASKED;
      if (--underWay == 0) {
        call.halfClose();
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!status.isOk()) {
        run.fail(status.asRuntimeException(trailers));
      } else if (underWay > 0) {
        run.fail(new IllegalStateException(underWay + " requests of a stream have no answer"));
      }
      run.partEnded();
    }
  }
}
