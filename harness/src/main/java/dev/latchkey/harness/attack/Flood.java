package dev.latchkey.harness.attack;

import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Asks one node about texts at a set rate, whatever it answers: an open loop, but for a bound on
 * the calls under way, beyond which a call is dropped on this side. Runs on a thread of its own
 * until it is closed or its time is over.
 */
public final class Flood implements AutoCloseable {
  private static final int CONNECTIONS = 4;
  private static final int MOST_UNDER_WAY = 64 * CONNECTIONS;
  private static final Duration TICK = Duration.ofMillis(2);
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  // What the flood has to wait for on this side must not slow down other clients of this JVM.
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<ManagedChannel> channels;
  private final List<AuthenticationServiceStub> stubs;
  private final Supplier<String> texts;
  private final int perSecond;
  private final long end;
  private final Semaphore places = new Semaphore(MOST_UNDER_WAY);
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder denied = new LongAdder();
  private final LongAdder allowed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Thread thread;
  private volatile boolean closed;

  private Flood(
      String target, Secret caller, Supplier<String> texts, int perSecond, Duration atMost) {
    this.channels = IntStream.range(0, CONNECTIONS).mapToObj(i -> open(target)).toList();
    this.stubs =
        channels.stream()
            .map(
                channel ->
                    AuthenticationServiceGrpc.newStub(channel)
                        .withCallCredentials(ServiceCredential.of(caller)))
            .toList();
    this.texts = texts;
    this.perSecond = perSecond;
    this.end = System.nanoTime() + atMost.toNanos();
    this.thread = Thread.ofPlatform().name("flood").daemon().start(this::run);
  }

  private ManagedChannel open(String target) {
    return NettyChannelBuilder.forTarget(target)
        .usePlaintext()
        .directExecutor()
        .eventLoopGroup(loop)
        .channelType(NioSocketChannel.class)
        .build();
  }

  /**
   * Starts.
   *
   * @param target {@code host:port} of a key-service node
   * @param caller the key the calls are made with
   * @param texts gives the next credential to ask about
   * @param perSecond calls a second, 1 to 50,000
   * @param atMost how long it goes on if nobody closes it
   */
  public static Flood start(
      String target, Secret caller, Supplier<String> texts, int perSecond, Duration atMost) {
    if (perSecond < 1 || perSecond > 50_000) {
      throw new IllegalArgumentException(perSecond + " (expected: 1 to 50000)");
    }
    return new Flood(target, caller, texts, perSecond, atMost);
  }

  private void run() {
    long start = System.nanoTime();
    long done = 0;
    while (!closed && System.nanoTime() - end < 0) {
      long due = (long) ((System.nanoTime() - start) / 1e9 * perSecond);
      while (done < due && !closed) {
        ask(stubs.get((int) (done % stubs.size())));
        done++;
      }
      LockSupport.parkNanos(TICK.toNanos());
    }
  }

  private void ask(AuthenticationServiceStub stub) {
    if (!places.tryAcquire()) {
      dropped.increment();
      return;
    }
    sent.increment();
    stub.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .authenticate(
            AuthenticateRequest.newBuilder().setCredential(texts.get()).build(), new Counting());
  }

  /** Calls that were sent. */
  public long sent() {
    return sent.sum();
  }

  /** Calls that were not sent, for too many were under way. */
  public long dropped() {
    return dropped.sum();
  }

  /** Calls that got a denial. */
  public long denied() {
    return denied.sum();
  }

  /** Calls that were allowed: of a flood of texts that are no keys there must be none. */
  public long allowed() {
    return allowed.sum();
  }

  /** Calls that got no decision. */
  public long failed() {
    return failed.sum();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
      channels.forEach(ManagedChannel::shutdownNow);
      for (ManagedChannel channel : channels) {
        // One that is still being opened needs the loop.
        var _ = channel.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channels.forEach(ManagedChannel::shutdownNow);
    }
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private final class Counting implements StreamObserver<AuthenticateResponse> {
    @Override
    public void onNext(AuthenticateResponse answer) {
      (answer.hasAllowed() ? allowed : denied).increment();
    }

    @Override
    public void onError(Throwable thrown) {
      failed.increment();
      places.release();
    }

    @Override
    public void onCompleted() {
      places.release();
    }
  }
}
