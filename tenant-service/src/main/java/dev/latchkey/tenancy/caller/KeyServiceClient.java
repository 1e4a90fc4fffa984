package dev.latchkey.tenancy.caller;

import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.tls.Tls;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.tenancy.settings.TenantServiceSettings;
import io.grpc.ManagedChannel;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The connection to the key service. */
@Factory
final class KeyServiceClient {
  private static final String NAME = "key-service";

  @Singleton
  @Named(NAME)
  @Bean(preDestroy = "shutdownNow")
  ManagedChannel channel(TenantServiceSettings settings, Tls tls) {
    return Channels.open(settings.keyService(), tls.channelCredentials(), Channels.LARGEST_MESSAGE);
  }

  @Singleton
  CallerAuthenticator authenticator(
      @Named(NAME) ManagedChannel channel, TenantServiceSettings settings, OwnerRoles roles) {
    return new KeyServiceAuthenticator(
        AuthenticationServiceGrpc.newFutureStub(channel)
            .withCallCredentials(new ServiceCredential(settings.serviceKey())),
        roles);
  }
}
