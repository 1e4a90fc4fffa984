package dev.latchkey.kit.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends with {@code DEADLINE_EXCEEDED} a call of one message each way that comes without a deadline,
 * or with a far one, once the limit has passed; also one whose message does not arrive. What works
 * on the call sees its context cancelled, and what it answers then goes nowhere. Streams pass: they
 * bound themselves. Safe for use by many threads.
 */
public final class CallDeadline implements ServerInterceptor {
  private final Duration limit;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("call-deadlines").factory());

  /**
   * @param limit how long a call may take
   */
  public CallDeadline(Duration limit) {
    this.limit = limit;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Deadline own = Context.current().getDeadline();
    if (call.getMethodDescriptor().getType() != MethodType.UNARY
        || (own != null && own.timeRemaining(TimeUnit.NANOSECONDS) <= limit.toNanos())) {
      return next.startCall(call, headers);
    }
    Context.CancellableContext context =
        Context.current().withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS, timer);
    OnceClosed<Q, A> bounded = new OnceClosed<>(call);
    context.addListener(
        cancelled -> {
          Deadline deadline = cancelled.getDeadline();
          if (deadline != null && deadline.isExpired()) {
            bounded.close(
                Status.DEADLINE_EXCEEDED.withDescription(
                    "the call took longer than %d s".formatted(limit.toSeconds())),
                new Metadata());
          }
        },
        Runnable::run);
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(context, bounded, headers, next)) {
      @Override
      public void onCancel() {
        super.onCancel();
        context.cancel(null);
      }

      @Override
      public void onComplete() {
        super.onComplete();
        context.cancel(null);
      }
    };
  }

  /**
   * A call that two threads may close: the first wins, and what the other sends is dropped. Calls
   * themselves are not made for two threads, hence the lock.
   */
  private static final class OnceClosed<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private boolean closed;

    OnceClosed(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!closed) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (!closed) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }
}
