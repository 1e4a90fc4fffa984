package dev.latchkey.kit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Moves a call off the event loop onto a virtual thread of its own, where it may wait, and turns
 * what it throws into status. All callbacks of one call still run one after the other. Beyond a
 * number of calls under way, new ones are refused with {@code OVERLOADED}. Safe for use by many
 * threads.
 */
public final class Offload implements ServerInterceptor {
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places;

  /**
   * @param most how many calls may be under way at once
   */
  public Offload(int most) {
    this.places = new Semaphore(most);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String requestId = RequestIds.of(headers);
    if (!places.tryAcquire()) {
      close(call, ApiException.overloaded(), requestId);
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(RequestIds.KEY, requestId);
    Executor inOrder = MoreExecutors.newSequentialExecutor(Context.currentContextExecutor(threads));
    OffloadedListener<Q, A> listener = new OffloadedListener<>(call, requestId, inOrder);
    inOrder.execute(() -> listener.start(context, headers, next));
    return listener;
  }

  private static void close(ServerCall<?, ?> call, Throwable thrown, String requestId) {
    StatusRuntimeException status = Errors.toStatus(thrown, requestId);
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  private final class OffloadedListener<Q, A> extends ServerCall.Listener<Q> {
    private final ServerCall<Q, A> call;
    private final String requestId;
    private final Executor inOrder;
    private ServerCall.@Nullable Listener<Q> handler;
    private boolean ended;

    OffloadedListener(ServerCall<Q, A> call, String requestId, Executor inOrder) {
      this.call = call;
      this.requestId = requestId;
      this.inOrder = inOrder;
    }

    void start(Context context, Metadata headers, ServerCallHandler<Q, A> next) {
      guarded(() -> handler = io.grpc.Contexts.interceptCall(context, call, headers, next));
    }

    /** Runs a step of the call; the first one that throws closes it. */
    private void guarded(Runnable step) {
      if (ended) {
        return;
      }
      try {
        step.run();
      } catch (RuntimeException | Error thrown) {
        ended = true;
        close(call, thrown, requestId);
      }
    }

    private void later(java.util.function.Consumer<ServerCall.Listener<Q>> step) {
      inOrder.execute(
          () ->
              guarded(
                  () -> {
                    ServerCall.Listener<Q> present = handler;
                    if (present != null) {
                      step.accept(present);
                    }
                  }));
    }

    private void last(java.util.function.Consumer<ServerCall.Listener<Q>> step) {
      later(step);
      inOrder.execute(places::release);
    }

    @Override
    public void onMessage(Q message) {
      later(listener -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      later(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onReady() {
      later(ServerCall.Listener::onReady);
    }

    @Override
    public void onCancel() {
      last(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
      last(ServerCall.Listener::onComplete);
    }
  }
}
