package dev.latchkey.kit.runtime;

import dev.latchkey.kit.database.DatabaseOpening;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.operations.OperationsServer;
import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.kit.tls.Tls;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running service. While a thread of its own opens and migrates the database, its beans, its gRPC
 * server and its operations server are made, and the latter says from then on what is waited for.
 * Once the database is open, the beans do what they have to do {@linkplain BeforeServing before the
 * first call}; then the gRPC server takes calls, and the service is ready. It ends in the order not
 * ready, the drain delay, streams told ({@link BeforeDraining}), calls under way finished, beans
 * closed (which flushes their buffers), operations server, database. Whatever fails to start closes
 * what was started before it.
 */
public final class ServiceHost implements RunningService {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceHost.class);

  /** How long calls under way may take to finish when the service ends. */
  static final Duration DRAIN_LIMIT = Duration.ofSeconds(20);

  /**
   * What to start.
   *
   * @param name the service's name, {@code tenant-service}
   * @param grpc where its gRPC server listens
   * @param operations where its operations server listens
   * @param database where its database is
   * @param server how its connections are protected and bounded
   * @param beans what the service gives its beans beside the common ones: its settings
   * @param clock the time it goes by
   */
  public record Plan(
      String name,
      Listener grpc,
      Listener operations,
      DatabaseSettings database,
      ServerSettings server,
      List<Object> beans,
      InstantSource clock) {
    public Plan {
      beans = List.copyOf(beans);
    }

    /** A plan that goes by the system's clock. */
    public Plan(
        String name,
        Listener grpc,
        Listener operations,
        DatabaseSettings database,
        ServerSettings server,
        Object... beans) {
      this(name, grpc, operations, database, server, List.of(beans), InstantSource.system());
    }

    /** The same with another clock. */
    public Plan withClock(InstantSource another) {
      return new Plan(name, grpc, operations, database, server, beans, another);
    }
  }

  private final Plan plan;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Tls tls;
  private final DatabaseOpening opening;
  private final ApplicationContext context;
  private final Server grpc;
  private final OperationsServer operations;

  private ServiceHost(Plan plan) {
    this.plan = plan;
    try {
      tls = closedLater(Tls.open(plan.server().tls()));
      opening = closedLater(DatabaseOpening.start(plan.database()));
      context = startContext();
      grpc = context.getBean(ServerBuilder.class).build();
      operations = startOperations();
      var _ = opening.await();
      context.getBeansOfType(BeforeServing.class).forEach(BeforeServing::prepare);
      startGrpc();
      started.push(this::drain);
      readiness().clear("start");
      LOG.info(
          "{} is ready: gRPC on {}:{}, operations on http://{}:{}",
          plan.name(),
          plan.grpc().host(),
          port(),
          plan.operations().host(),
          operationsPort());
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  /**
   * Starts a service and returns once it is ready.
   *
   * @throws dev.latchkey.kit.settings.SettingsException if it cannot listen where it should
   */
  public static ServiceHost start(Plan plan) {
    return new ServiceHost(plan);
  }

  private ApplicationContext startContext() {
    ServiceIndex.use(plan.name());
    ApplicationContext built =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .environmentPropertySource(false)
            // Settings are the service's own: no application.yml is looked for in every jar.
            .enableDefaultPropertySources(false)
            .banner(false)
            .build();
    built.registerSingleton(Plan.class, plan);
    built.registerSingleton(DatabaseOpening.class, opening);
    built.registerSingleton(Tls.class, tls);
    plan.beans().forEach(built::registerSingleton);
    closedLater(built);
    return built.start();
  }

  private void startGrpc() {
    try {
      var _ = grpc.start();
    } catch (IOException failure) {
      throw plan.grpc().refused(failure);
    }
  }

  private OperationsServer startOperations() {
    try {
      return closedLater(
          OperationsServer.start(
              plan.operations().host(),
              plan.operations().port(),
              tls.operations(),
              readiness(),
              context.getBean(PrometheusMeterRegistry.class)));
    } catch (RuntimeException failure) {
      throw plan.operations().refused(failure);
    }
  }

  private <T extends AutoCloseable> T closedLater(T part) {
    started.push(part);
    return part;
  }

  private Readiness readiness() {
    return context.getBean(Readiness.class);
  }

  /** The beans. */
  public ApplicationContext context() {
    return context;
  }

  /** The port the gRPC server listens on. */
  public int port() {
    return grpc.getPort();
  }

  /** The port the operations server listens on. */
  public int operationsPort() {
    return operations.port();
  }

  @Override
  public void await() throws InterruptedException {
    grpc.awaitTermination();
  }

  private void drain() throws InterruptedException {
    LOG.info("{} is draining", plan.name());
    readiness().drain();
    Thread.sleep(plan.server().drainDelay());
    context.getBeansOfType(BeforeDraining.class).forEach(BeforeDraining::endOpenEnded);
    if (!grpc.shutdown().awaitTermination(DRAIN_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      LOG.warn("calls still under way after {} s are cut off", DRAIN_LIMIT.toSeconds());
      grpc.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
    }
  }

  @Override
  public synchronized void close() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception failure) {
        LOG.warn("{} did not end cleanly", plan.name(), failure);
      }
    }
  }
}
