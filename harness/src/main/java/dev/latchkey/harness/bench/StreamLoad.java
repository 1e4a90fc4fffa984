package dev.latchkey.harness.bench;

import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed load on AuthenticateStream: one stream on each of a few connections, a fixed number of
 * requests without an answer on each, every answer followed by the next request on the thread that
 * brought it. Any request that fails or is denied fails the run. For one run at a time.
 */
final class StreamLoad implements Load {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final Duration LATE = Duration.ofSeconds(30);

  private final List<ManagedChannel> channels;
  private final List<AuthenticateRequest> requests;
  private final Secret caller;
  private final int inFlight;

  /**
   * @param target {@code host:port}
   * @param caller the key that the streams are opened with
   * @param requests what is asked, chosen from at random
   * @param streams how many streams there are, each on a connection of its own
   * @param inFlight how many requests are under way at any time, over all streams
   */
  StreamLoad(
      String target, Secret caller, List<AuthenticateRequest> requests, int streams, int inFlight) {
    this.channels = IntStream.range(0, streams).mapToObj(i -> Channels.open(target)).toList();
    this.requests = List.copyOf(requests);
    this.caller = caller;
    this.inFlight = inFlight;
  }

  @Override
  public Figures run(Duration duration) {
    Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
    CountDownLatch running = new CountDownLatch(channels.size());
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    SplittableRandom seeds = new SplittableRandom();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    for (int i = 0; i < channels.size(); i++) {
      int share = inFlight / channels.size() + (i < inFlight % channels.size() ? 1 : 0);
      new Asking(seeds.split(), end, latencies, running, failure).start(channels.get(i), share);
    }
    Load.await(running, duration.plus(LATE));
    long elapsed = System.nanoTime() - start;
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("a request failed: " + thrown.getMessage(), thrown);
    }
    return Figures.of(latencies.getIntervalHistogram(), elapsed);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  /** One stream; a request's id is its place among those under way. */
  private final class Asking implements StreamObserver<AuthenticateStreamResponse> {
    private final SplittableRandom random;
    private final long end;
    private final Recorder latencies;
    private final CountDownLatch running;
    private final AtomicReference<@Nullable Throwable> failure;
    private long[] sent = new long[0];
    private int underWay;
    private @Nullable StreamObserver<AuthenticateStreamRequest> out;

    Asking(
        SplittableRandom random,
        long end,
        Recorder latencies,
        CountDownLatch running,
        AtomicReference<@Nullable Throwable> failure) {
      this.random = random;
      this.end = end;
      this.latencies = latencies;
      this.running = running;
      this.failure = failure;
    }

    synchronized void start(ManagedChannel channel, int places) {
      sent = new long[places];
      underWay = places;
      StreamObserver<AuthenticateStreamRequest> opened =
          AuthenticationServiceGrpc.newStub(channel)
              .withWaitForReady()
              .withCallCredentials(ServiceCredential.of(caller))
              .authenticateStream(this);
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
      long now = System.nanoTime();
      int place = (int) answer.getId();
      latencies.recordValue(now - sent[place]);
      if (!answer.getResponse().hasAllowed()) {
        failure.compareAndSet(null, new IllegalStateException("not allowed: " + answer));
      }
      StreamObserver<AuthenticateStreamRequest> opened = out;
      if (opened == null) {
        return;
      }
      if (now - end < 0 && failure.get() == null) {
        ask(opened, place);
      } else if (--underWay == 0) {
        opened.onCompleted();
      }
    }

    @Override
    public void onCompleted() {
      running.countDown();
    }

    @Override
    public void onError(Throwable thrown) {
      failure.compareAndSet(null, thrown);
      running.countDown();
    }
  }
}
