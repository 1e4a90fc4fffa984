package dev.latchkey.keys.tenancy;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.tls.Tls;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** Makes the client of tenant-service. */
@Factory
final class TenantServiceFactory {
  /** The service's own key, with which it proves itself to tenant-service. */
  private static final String KEY_FILE = "key-service.key";

  @Singleton
  @Bean(preDestroy = "close")
  TenantServiceClient tenantServiceClient(KeyServiceSettings settings, Tls tls) {
    return new TenantServiceClient(
        Channels.open(settings.tenantService(), tls.channelCredentials(), Channels.LARGEST_MESSAGE),
        new ServiceCredential(settings.secretsDir().resolve(KEY_FILE)));
  }
}
