package dev.latchkey.kit.runtime;

import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.ManagementInterceptor;
import dev.latchkey.kit.grpc.Offload;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.kit.load.LoopLateness;
import dev.latchkey.kit.load.ManagementLoad;
import dev.latchkey.kit.operations.Readiness;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.grpc.server.GrpcServerBuilder;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Sets up the gRPC server with every {@link BindableService} bean, health and reflection. Replaces
 * the framework's builder, which is tied to another transport and executor; interceptors are bound
 * to the services that need them, so that the others' calls pass none.
 */
@Factory
@Requires(bean = ServiceHost.Plan.class)
final class GrpcServerFactory {
  @Singleton
  @Bean(preDestroy = "close")
  LoopLateness loopLateness() {
    return new LoopLateness();
  }

  @Singleton
  ManagementLoad managementLoad(
      ServiceHost.Plan plan, LoopLateness lateness, PrometheusMeterRegistry metrics) {
    return new ManagementLoad(plan.database().poolSize(), lateness, metrics);
  }

  @Singleton
  @Replaces(bean = ServerBuilder.class, factory = GrpcServerBuilder.class)
  ServerBuilder<?> serverBuilder(
      ServiceHost.Plan plan,
      List<BindableService> services,
      CallerAuthenticator authenticator,
      Readiness readiness,
      OpenEndedCalls openEnded,
      LoopLateness lateness,
      ManagementLoad load) {
    Offload offload = new Offload(load);
    ManagementInterceptor management = new ManagementInterceptor(authenticator);
    ServerBuilder<?> builder =
        ServerTransport.builder(plan.grpc().host(), plan.grpc().port(), lateness::watch);
    for (BindableService service : services) {
      builder.addService(bound(service, offload, management));
    }
    return builder
        .addService(ServerInterceptors.intercept(readiness.health().getHealthService(), openEnded))
        .addService(
            ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), openEnded));
  }

  private static ServerServiceDefinition bound(
      BindableService service, Offload offload, ManagementInterceptor management) {
    return service instanceof ManagementEndpoint
        ? WellFormed.bind(service, offload, management)
        : service.bindService();
  }
}
