package dev.latchkey.kit.balancing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;

/**
 * Calls a broken connection what it is: {@code UNAVAILABLE}. A call that is written in the moment
 * between a node's death and gRPC's noticing it fails with {@code UNKNOWN: channel closed}
 * (grpc-java's issue 10120). Thread-safe.
 */
public final class BrokenConnections implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(new Renaming<>(listener), headers);
      }
    };
  }

  private static boolean isBroken(Status status) {
    return status.getCode() == Status.Code.UNKNOWN
        && status.getCause() instanceof ClosedChannelException;
  }

  private static final class Renaming<A> extends SimpleForwardingClientCallListener<A> {
    Renaming(ClientCall.Listener<A> listener) {
      super(listener);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      super.onClose(
          isBroken(status)
              ? Status.UNAVAILABLE
                  .withDescription("the connection broke")
                  .withCause(status.getCause())
              : status,
          trailers);
    }
  }
}
