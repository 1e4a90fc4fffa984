package dev.latchkey.keys.authenticate;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
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
    return ServerInterceptors.interceptForward(endpoint, access);
  }
}
