package dev.latchkey.kit.stream;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.grpc.RequestIds;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream of answers that goes at the client's pace: {@link #send} waits until the client takes
 * more, so that nothing piles up here. Written to by one virtual thread of its own, for the call's
 * own thread must stay free to hear of the client's pace and of its leaving.
 */
public final class Outlet<T> implements OpenStream {
  /** How long a client may take nothing before it is cut off. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final ServerCallStreamObserver<T> out;
  private final Runnable onLeave;
  private final String requestId = RequestIds.current();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private volatile boolean open = true;
  private volatile @Nullable ApiException ending;

  private Outlet(ServerCallStreamObserver<T> out, Runnable onLeave) {
    this.out = out;
    this.onLeave = onLeave;
  }

  /** Thrown where the stream was used after its end; not a fault. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Ended() {
      super(null, null, false, false);
    }
  }

  /**
   * Starts writing to a stream. Must be called in the call's own method.
   *
   * @param onLeave run when the stream has come to its end from outside, by any thread
   * @param work writes; when it returns, the stream is complete, and what it throws is the answer
   */
  public static <T> Outlet<T> start(
      StreamObserver<T> out, Runnable onLeave, Consumer<Outlet<T>> work) {
    Outlet<T> outlet = new Outlet<>((ServerCallStreamObserver<T>) out, onLeave);
    outlet.out.setOnReadyHandler(outlet::wake);
    outlet.out.setOnCancelHandler(outlet::leave);
    Thread.ofVirtual().name("outlet").start(() -> outlet.run(work));
    return outlet;
  }

  private void run(Consumer<Outlet<T>> work) {
    try {
      work.accept(this);
      out.onCompleted();
    } catch (Ended e) {
      ApiException reason = ending;
      if (reason != null && !out.isCancelled()) {
        out.onError(Errors.toStatus(reason, requestId));
      }
    } catch (RuntimeException | Error failure) {
      if (!out.isCancelled()) {
        out.onError(Errors.toStatus(failure, requestId));
      }
    } finally {
      leave();
    }
  }

  /** Sends a message as soon as the client takes one. */
  public void send(T message) {
    awaitReady();
    out.onNext(message);
  }

  private void awaitReady() {
    long left = LONGEST_WAIT.toNanos();
    lock.lock();
    try {
      while (isOpen() && !out.isReady()) {
        if (left <= 0) {
          throw ApiException.overloaded();
        }
        left = moved.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Ended();
    } finally {
      lock.unlock();
    }
    requireOpen();
  }

  /** Whether the client is still there and the service goes on. */
  @Override
  public boolean isOpen() {
    return open;
  }

  /** Ends the writing thread's work if the stream has come to its end. */
  public void requireOpen() {
    if (!open) {
      throw new Ended();
    }
  }

  /** Ends the stream with an error, at the next message at the latest. */
  @Override
  public void end(ApiException reason) {
    ending = reason;
    leave();
  }

  private void leave() {
    open = false;
    wake();
    onLeave.run();
  }

  private void wake() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
