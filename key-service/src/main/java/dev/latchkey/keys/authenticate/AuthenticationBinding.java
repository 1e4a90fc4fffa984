package dev.latchkey.keys.authenticate;

import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import jakarta.inject.Singleton;

/** Binds Authenticate behind its own access check, and nothing else: its path is the hot one. */
@Singleton
final class AuthenticationBinding implements BindableService {
  private final AuthenticationEndpoint endpoint;
  private final AuthenticateAccess access;

  AuthenticationBinding(AuthenticationEndpoint endpoint, AuthenticateAccess access) {
    this.endpoint = endpoint;
    this.access = access;
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerMethodDefinition<?, ?> one =
        ServerMethodDefinition.create(
            encoded(
                AuthenticationServiceGrpc.getAuthenticateMethod(),
                AuthenticationEndpoint.MALFORMED),
            ServerCalls.asyncUnaryCall(endpoint::authenticate));
    ServerMethodDefinition<?, ?> batch =
        ServerMethodDefinition.create(
            encoded(
                AuthenticationServiceGrpc.getAuthenticateBatchMethod(),
                AuthenticationEndpoint.MALFORMED_BATCH),
            ServerCalls.asyncUnaryCall(endpoint::authenticateBatch));
    ServerMethodDefinition<?, ?> stream =
        ServerMethodDefinition.create(
            encoded(
                AuthenticationServiceGrpc.getAuthenticateStreamMethod(),
                AuthenticationEndpoint.MALFORMED_OF_STREAM),
            ServerCalls.asyncBidiStreamingCall(endpoint::authenticateStream));
    return ServerInterceptors.interceptForward(
        ServerServiceDefinition.builder(describe(one, batch, stream))
            .addMethod(one)
            .addMethod(batch)
            .addMethod(stream)
            .build(),
        access);
  }

  /** The method with requests that are never refused for their bytes, and answers as bytes. */
  private static <Q, A extends Encoded> MethodDescriptor<Q, A> encoded(
      MethodDescriptor<Q, ?> method, Q malformed) {
    return method.toBuilder(RequestMarshaller.of(method, malformed), new EncodedMarshaller<A>())
        .build();
  }

  /** The generated description with our methods: reflection shows only what is described. */
  private static ServiceDescriptor describe(ServerMethodDefinition<?, ?>... methods) {
    ServiceDescriptor.Builder description =
        ServiceDescriptor.newBuilder(AuthenticationServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(
                AuthenticationServiceGrpc.getServiceDescriptor().getSchemaDescriptor());
    for (ServerMethodDefinition<?, ?> method : methods) {
      description.addMethod(method.getMethodDescriptor());
    }
    return description.build();
  }
}
