package dev.latchkey.keys.authenticate;

import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import jakarta.inject.Singleton;
import java.util.Objects;

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
    ServerServiceDefinition service = endpoint.bindService();
    ServerMethodDefinition<?, ?> one =
        RequestMarshaller.around(
            method(service, AuthenticationServiceGrpc.getAuthenticateMethod()),
            AuthenticationEndpoint.MALFORMED);
    ServerMethodDefinition<?, ?> batch =
        RequestMarshaller.around(
            method(service, AuthenticationServiceGrpc.getAuthenticateBatchMethod()),
            AuthenticationEndpoint.MALFORMED_BATCH);
    return ServerInterceptors.interceptForward(
        ServerServiceDefinition.builder(describe(one, batch))
            .addMethod(one)
            .addMethod(batch)
            .build(),
        access);
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

  /** The definition of a method; the generated code binds it under exactly this descriptor. */
  @SuppressWarnings("unchecked")
  private static <Q, A> ServerMethodDefinition<Q, A> method(
      ServerServiceDefinition service, MethodDescriptor<Q, A> descriptor) {
    return (ServerMethodDefinition<Q, A>)
        Objects.requireNonNull(service.getMethod(descriptor.getFullMethodName()));
  }
}
