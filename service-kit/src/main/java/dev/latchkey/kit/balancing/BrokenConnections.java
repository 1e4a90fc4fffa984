package dev.latchkey.kit.balancing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Calls a broken connection what it is: {@code UNAVAILABLE}. gRPC has two other words for it. A
 * call that is written in the moment between a node's death and gRPC's noticing fails with {@code
 * UNKNOWN: channel closed} (grpc-java's issue 10120). One that is under way on a node which ends
 * its connections without waiting fails with {@code CANCELLED}, as if its caller had given it up;
 * what the caller did give up stays so. Thread-safe.
 */
public final class BrokenConnections implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new Renaming<>(next.newCall(method, options));
  }

  private static final class Renaming<Q, A> extends SimpleForwardingClientCall<Q, A> {
    private volatile boolean givenUp;

    Renaming(ClientCall<Q, A> call) {
      super(call);
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              super.onClose(isBroken(status) ? broken(status) : status, trailers);
            }
          },
          headers);
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      givenUp = true;
      super.cancel(message, cause);
    }

    private boolean isBroken(Status status) {
      return switch (status.getCode()) {
        case UNKNOWN -> status.getCause() instanceof ClosedChannelException;
        case CANCELLED -> !givenUp && !Context.current().isCancelled();
        default -> false;
      };
    }

    private static Status broken(Status status) {
      return Status.UNAVAILABLE
          .withDescription("the connection broke")
          .withCause(status.getCause());
    }
  }
}
