package dev.latchkey.keys.authenticate;

import dev.latchkey.kit.grpc.BytesMarshaller;
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
            encoded(AuthenticationServiceGrpc.getAuthenticateMethod()),
            ServerCalls.asyncUnaryCall(endpoint::authenticate));
    ServerMethodDefinition<?, ?> batch =
        ServerMethodDefinition.create(
            encoded(AuthenticationServiceGrpc.getAuthenticateBatchMethod()),
            ServerCalls.asyncUnaryCall(endpoint::authenticateBatch));
    ServerMethodDefinition<?, ?> stream =
        ServerMethodDefinition.create(
            encoded(AuthenticationServiceGrpc.getAuthenticateStreamMethod()),
            ServerCalls.asyncBidiStreamingCall(endpoint::authenticateStream));
    return ServerInterceptors.interceptForward(
        ServerServiceDefinition.builder(describe(one, batch, stream))
            .addMethod(one)
            .addMethod(batch)
            .addMethod(stream)
            .build(),
        access);
  }

  /**
   * The method with requests and answers as bytes. The endpoint reads the requests: what the
   * framework cannot parse it would answer {@code UNKNOWN} before any code of ours saw the call.
   */
  private static <A extends Encoded> MethodDescriptor<byte[], A> encoded(
      MethodDescriptor<?, ?> method) {
    return method.toBuilder(new BytesMarshaller(), new EncodedMarshaller<A>()).build();
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
