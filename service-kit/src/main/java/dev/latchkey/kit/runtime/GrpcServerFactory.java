package dev.latchkey.kit.runtime;

import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.ManagementInterceptor;
import dev.latchkey.kit.grpc.CallDeadline;
import dev.latchkey.kit.grpc.Offload;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.kit.grpc.TransportLimits;
import dev.latchkey.kit.load.LoopLateness;
import dev.latchkey.kit.load.ManagementLoad;
import dev.latchkey.kit.net.Connections;
import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.kit.tls.Tls;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Sets up the gRPC server with every {@link BindableService} bean, health and reflection.
 * Interceptors are bound to the services that need them, so that the others' calls pass none.
 */
@Factory
@Requires(bean = ServiceHost.Plan.class)
final class GrpcServerFactory {
  private static final Duration LONGEST_MANAGEMENT_CALL = Duration.ofSeconds(60);

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
  ServerBuilder<?> serverBuilder(
      ServiceHost.Plan plan,
      List<BindableService> services,
      CallerAuthenticator authenticator,
      Readiness readiness,
      Tls tls,
      MeterRegistry metrics,
      OpenEndedCalls openEnded,
      LoopLateness lateness,
      ManagementLoad load) {
    Offload offload = new Offload(load, load.streams());
    ManagementInterceptor management = new ManagementInterceptor(authenticator);
    CallDeadline deadline = new CallDeadline(LONGEST_MANAGEMENT_CALL);
    ServerBuilder<?> builder =
        ServerTransport.builder(
            new InetSocketAddress(plan.grpc().host(), plan.grpc().port()),
            tls.serverCredentials(),
            TransportLimits.DEFAULT.withAge(plan.server().maxConnectionAge()),
            new Connections(Connections.MOST).bindTo(metrics),
            lateness::watch);
    for (BindableService service : services) {
      builder.addService(bound(service, deadline, offload, management));
    }
    return builder
        .addService(ServerInterceptors.intercept(readiness.health().getHealthService(), openEnded))
        .addService(
            ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), openEnded));
  }

  private static ServerServiceDefinition bound(
      BindableService service,
      CallDeadline deadline,
      Offload offload,
      ManagementInterceptor management) {
    return service instanceof ManagementEndpoint
        ? WellFormed.bind(service, deadline, offload, management)
        : service.bindService();
  }
}
