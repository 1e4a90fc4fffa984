package dev.latchkey.keys.tenancy;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A stream of answers being read. Closing it, by any thread, ends the call. */
final class Reading<T> implements AutoCloseable {
  /** tenant-service says something every second; a stream silent for longer is broken. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(4);

  private final BlockingClientCall<?, T> call;

  Reading(BlockingClientCall<?, T> call) {
    this.call = call;
  }

  /**
   * Waits for the next message.
   *
   * @throws TimeoutException if there is none for too long
   * @throws StatusException if the stream has ended, for whatever reason
   */
  T next() throws InterruptedException, TimeoutException, StatusException {
    T message = call.read(LONGEST_SILENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (message == null) {
      throw new StatusException(Status.UNAVAILABLE.withDescription("the stream ended"));
    }
    return message;
  }

  /** The next message if it has arrived, or null. */
  @Nullable T alreadyHere() throws InterruptedException, StatusException {
    try {
      return call.read(1, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    }
  }

  @Override
  public void close() {
    call.cancel("done", null);
  }
}
