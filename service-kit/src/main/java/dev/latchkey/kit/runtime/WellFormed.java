package dev.latchkey.kit.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.grpc.BytesMarshaller;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;

/**
 * Makes bytes that are no message, or texts in them that are no UTF-8, the caller's mistake. The
 * framework parses a request before any interceptor sees it and answers {@code UNKNOWN} when that
 * fails; so requests pass the interceptors as bytes, and are parsed behind the last of them.
 */
final class WellFormed implements ServerInterceptor {
  private WellFormed() {}

  /** Binds a service behind interceptors, of which the first is the outermost. */
  static ServerServiceDefinition bind(BindableService service, ServerInterceptor... outer) {
    ServerServiceDefinition bytes =
        ServerInterceptors.useMarshalledMessages(service.bindService(), new BytesMarshaller());
    return ServerInterceptors.interceptForward(
        ServerInterceptors.intercept(bytes, new WellFormed()), outer);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        try {
          super.onMessage(message);
        } catch (StatusRuntimeException failure) {
          throw failure.getCause() instanceof InvalidProtocolBufferException
              ? ApiException.notWellFormed()
              : failure;
        }
      }
    };
  }
}
