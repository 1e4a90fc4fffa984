package dev.latchkey.kit.runtime;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends, when the server ends, the streams of services that are not ours (watching of health,
 * reflection). They go on for as long as their clients like, and a drain would wait for them to its
 * limit. The clients see {@code UNAVAILABLE} and connect anew. Safe for use by many threads.
 */
@Singleton
@Requires(bean = ServiceHost.Plan.class)
final class OpenEndedCalls implements ServerInterceptor, BeforeDraining {
  private final Set<ServerCall<?, ?>> open = ConcurrentHashMap.newKeySet();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getMethodDescriptor().getType().serverSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    open.add(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onCancel() {
        open.remove(call);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        open.remove(call);
        super.onComplete();
      }
    };
  }

  @Override
  public void endOpenEnded() {
    for (ServerCall<?, ?> call : List.copyOf(open)) {
      if (open.remove(call) && !call.isCancelled()) {
        call.close(Status.UNAVAILABLE.withDescription("the server is ending"), new Metadata());
      }
    }
  }
}
