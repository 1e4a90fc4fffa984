package dev.latchkey.kit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.load.CallLoad;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Moves a call off the event loop onto a virtual thread of its own, where it may wait, and turns
 * what it throws into status. All callbacks of one call still run one after the other. What a
 * {@link CallLoad} does not take is refused with {@code OVERLOADED}. Safe for use by many threads.
 */
public final class Offload implements ServerInterceptor {
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CallLoad calls;
  private final CallLoad streams;

  /** Calls of every kind are one load. */
  public Offload(CallLoad load) {
    this(load, load);
  }

  /**
   * Two loads.
   *
   * @param streams of calls that are answered with a stream, and end when their clients like
   * @param calls of all others
   */
  public Offload(CallLoad calls, CallLoad streams) {
    this.calls = calls;
    this.streams = streams;
  }

  private static boolean isStream(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getType() == MethodType.SERVER_STREAMING;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String requestId = RequestIds.of(headers);
    CallLoad load = isStream(call) ? streams : calls;
    if (!load.enter()) {
      close(
          call,
          isStream(call) ? ApiException.tooManyStreams() : ApiException.overloaded(),
          requestId);
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(RequestIds.KEY, requestId);
    Executor inOrder = MoreExecutors.newSequentialExecutor(Context.currentContextExecutor(threads));
    OffloadedListener<Q, A> listener = new OffloadedListener<>(call, load, requestId, inOrder);
    inOrder.execute(() -> listener.start(context, headers, next));
    return listener;
  }

  private static void close(ServerCall<?, ?> call, Throwable thrown, String requestId) {
    StatusRuntimeException status = Errors.toStatus(thrown, requestId);
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  private static final class OffloadedListener<Q, A> extends ServerCall.Listener<Q> {
    private final ServerCall<Q, A> call;
    private final CallLoad load;
    private final String requestId;
    private final Executor inOrder;
    private ServerCall.@Nullable Listener<Q> handler;
    private boolean ended;

    OffloadedListener(ServerCall<Q, A> call, CallLoad load, String requestId, Executor inOrder) {
      this.call = call;
      this.load = load;
      this.requestId = requestId;
      this.inOrder = inOrder;
    }

    void start(Context context, Metadata headers, ServerCallHandler<Q, A> next) {
      guarded(
          () ->
              inTurn(
                  true,
                  () -> handler = io.grpc.Contexts.interceptCall(context, call, headers, next)));
    }

    /**
     * Runs a step that may need the database when it is its turn.
     *
     * @param first whether nothing has been done yet, so that the call may still be refused
     */
    private void inTurn(boolean first, Runnable step) {
      if (!first) {
        load.continueTurn();
      } else if (!load.beginTurn()) {
        throw ApiException.overloaded();
      }
      try {
        if (!call.isCancelled()) {
          step.run();
        }
      } finally {
        load.endTurn();
      }
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

    private boolean isUnary() {
      return call.getMethodDescriptor().getType() == MethodType.UNARY;
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
      inOrder.execute(load::leave);
    }

    @Override
    public void onMessage(Q message) {
      // A unary call does its work once the client has said all.
      later(
          listener -> {
            if (isUnary()) {
              listener.onMessage(message);
            } else {
              inTurn(false, () -> listener.onMessage(message));
            }
          });
    }

    @Override
    public void onHalfClose() {
      later(listener -> inTurn(isUnary(), listener::onHalfClose));
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
