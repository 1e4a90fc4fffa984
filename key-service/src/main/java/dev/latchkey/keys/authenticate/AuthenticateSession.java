package dev.latchkey.keys.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.grpc.RequestIds;
import dev.latchkey.kit.stream.OpenStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of requests and their answers. Requests come on the event loop, one after the other;
 * answers leave from there too, or from whatever thread has what a decision was waiting for. The
 * requests that are taken and not answered, and the answers that the client has not taken, are
 * bounded: beyond that no more is read.
 */
final class AuthenticateSession implements StreamObserver<byte[]>, OpenStream {
  /** How many requests are taken before the first of them is answered. */
  static final int MOST_UNANSWERED = 1_000;

  /** How many more are asked for together. */
  private static final int AT_ONCE = 32;

  /** For how long a caller that was good is taken to be. */
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  private final ServerCallStreamObserver<StreamAnswer> out;
  private final Decisions decisions;
  private final StreamCallers.Watch caller;
  private final Consumer<AuthenticateSession> onEnd;
  private final String requestId = RequestIds.orNew(RequestIds.current());

  /** Held while something is written, and by nobody for long. */
  private final ReentrantLock lock = new ReentrantLock();

  private int unanswered;
  private int answered;
  private boolean lastWasTaken;
  private @Nullable ApiException ending;
  private volatile boolean open = true;

  /** When the caller was last known to be good, by {@link System#nanoTime}. */
  private volatile long goodAt;

  // Of the thread that requests come on.
  private CompletableFuture<Void> check = CompletableFuture.completedFuture(null);

  AuthenticateSession(
      ServerCallStreamObserver<StreamAnswer> out,
      Decisions decisions,
      StreamCallers.Watch caller,
      Consumer<AuthenticateSession> onEnd) {
    this.out = out;
    this.decisions = decisions;
    this.caller = caller;
    this.onEnd = onEnd;
  }

  /** Begins to take requests. Must be called in the call's own method. */
  void start() {
    out.disableAutoRequest();
    out.setOnReadyHandler(this::askForMore);
    out.setOnCancelHandler(this::leave);
    if (open) {
      look(System.nanoTime());
      out.request(MOST_UNANSWERED);
    }
  }

  /** Ends it before it has begun. */
  void refuse(ApiException reason) {
    open = false;
    out.onError(Errors.toStatus(reason, requestId));
  }

  @Override
  public void onNext(byte[] request) {
    if (!take()) {
      return;
    }
    long now = System.nanoTime();
    if (now - goodAt >= LOOK_NANOS) {
      look(now);
    }
    if (check.state() == Future.State.SUCCESS) {
      decide(request);
    } else {
      // A caller who is refused ends the stream, and with it this request.
      var _ = check.thenRun(() -> decide(request));
    }
  }

  private boolean take() {
    lock.lock();
    try {
      unanswered++;
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** Looks at the caller, unless that is under way. */
  private void look(long now) {
    if (!check.isDone()) {
      return;
    }
    if (caller.isGood()) {
      goodAt = now;
      return;
    }
    check = caller.check();
    var _ =
        check.whenComplete(
            (good, refusal) -> {
              if (refusal == null) {
                goodAt = System.nanoTime();
              } else {
                close(refusal);
              }
            });
  }

  private void decide(byte[] request) {
    try {
      decide(StreamAsk.of(request));
    } catch (InvalidProtocolBufferException e) {
      close(ApiException.notWellFormed());
    }
  }

  private void decide(StreamAsk ask) throws InvalidProtocolBufferException {
    Step step;
    try {
      step = decisions.begin(ask.bytes(), ask.from(), ask.to());
    } catch (RuntimeException refusal) {
      answer(failed(ask, refusal));
      return;
    }
    switch (step) {
      case Answer decided -> answer(new StreamAnswer.Decided(ask.id(), decided));
      case Step unfinished -> {
        var _ =
            Decisions.end(unfinished)
                .whenComplete(
                    (decided, failure) ->
                        answer(
                            failure == null
                                ? new StreamAnswer.Decided(ask.id(), decided)
                                : failed(ask, failure)));
      }
    }
  }

  private StreamAnswer failed(StreamAsk request, Throwable failure) {
    String itsId = RequestIds.or(request.requestId(), requestId);
    return new StreamAnswer.Failed(
        request.id(), AuthenticateMessages.error(Errors.toRefusal(failure, itsId)));
  }

  private void answer(StreamAnswer response) {
    lock.lock();
    try {
      if (!open) {
        return;
      }
      out.onNext(response);
      unanswered--;
      answered++;
      if (answered >= AT_ONCE) {
        askForMore();
      }
      endIfDone();
    } finally {
      lock.unlock();
    }
  }

  /** Asks for as many requests as were answered, if the client takes its answers. */
  private void askForMore() {
    lock.lock();
    try {
      if (open && ending == null && answered > 0 && out.isReady()) {
        out.request(answered);
        answered = 0;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onCompleted() {
    lock.lock();
    try {
      lastWasTaken = true;
      endIfDone();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable thrown) {
    leave();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Ends it once all that was taken is answered. */
  @Override
  public void end(ApiException reason) {
    lock.lock();
    try {
      ending = reason;
      endIfDone();
    } finally {
      lock.unlock();
    }
  }

  private void endIfDone() {
    if (!open || unanswered > 0) {
      return;
    }
    ApiException reason = ending;
    if (lastWasTaken) {
      out.onCompleted();
      leave();
    } else if (reason != null) {
      close(reason);
    }
  }

  /** Ends it at once. */
  private void close(Throwable reason) {
    lock.lock();
    try {
      if (open) {
        out.onError(Errors.toStatus(reason, requestId));
        leave();
      }
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      if (open) {
        open = false;
        onEnd.accept(this);
      }
    } finally {
      lock.unlock();
    }
  }
}
