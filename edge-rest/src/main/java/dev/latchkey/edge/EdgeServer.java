package dev.latchkey.edge;

import dev.latchkey.edge.address.ForwardedFor;
import dev.latchkey.edge.health.KeyServiceWatch;
import dev.latchkey.edge.http.HttpLimits;
import dev.latchkey.edge.http.RequestTimes;
import dev.latchkey.edge.http.Transport;
import dev.latchkey.edge.keyservice.DecisionStreams;
import dev.latchkey.edge.keyservice.KeyServiceClient;
import dev.latchkey.edge.leaks.AddressLimit;
import dev.latchkey.edge.management.AnswerSize;
import dev.latchkey.edge.management.ManagementPlaces;
import dev.latchkey.edge.management.ServiceCalls;
import dev.latchkey.kit.balancing.Nodes;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.net.Connections;
import dev.latchkey.kit.operations.Metrics;
import dev.latchkey.kit.operations.OperationsServer;
import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.kit.runtime.RunningService;
import dev.latchkey.kit.tls.Tls;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running edge. It needs nobody to start: until key-service answers, it is not ready and answers
 * 503. It ends in the order not ready, the drain delay, requests under way answered, everything
 * closed.
 */
public final class EdgeServer implements RunningService {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);

  /** How long requests under way may take to finish once the edge is told to end. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Readiness readiness = new Readiness();
  private final Tls tls;
  private final OperationsServer operations;
  private final EmbeddedServer http;
  private final Duration drainDelay;

  private EdgeServer(EdgeSettings settings) {
    try {
      PrometheusMeterRegistry metrics = Metrics.create("edge-rest");
      tls = closedLater(Tls.open(settings.tls()));
      operations = startOperations(settings, metrics);
      Nodes nodes = new Nodes();
      ManagedChannel decisions =
          endedLater(
              Channels.openToReady(
                  settings.keyService(), tls.channelCredentials(), AnswerSize.LARGEST, nodes));
      // Of its own, so that large answers and refusals of management are not felt by decisions.
      ManagedChannel management = open(settings.keyService());
      // Not waited for: keys are authenticated while tenant-service is away.
      ManagedChannel tenantService = open(settings.tenantService());
      drainDelay = settings.drainDelay();
      ApplicationContext context =
          startContext(
              settings, metrics, keyService(settings, decisions, nodes), management, tenantService);
      http = startHttp(context, settings);
      started.push(this::drain);
      watchKeyService(settings, decisions);
      readiness.clear("start");
      LOG.info(
          "edge-rest listens on {}://{}:{}, operations on http://{}:{}",
          settings.httpIdentity().isPresent() ? "https" : "http",
          settings.http().host(),
          port(),
          settings.operations().host(),
          operationsPort());
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  /**
   * Starts an edge and returns once it listens.
   *
   * @throws dev.latchkey.kit.settings.SettingsException if it cannot listen where it should
   */
  public static EdgeServer start(EdgeSettings settings) {
    return new EdgeServer(settings);
  }

  private ManagedChannel open(String targets) {
    return endedLater(Channels.openToReady(targets, tls.channelCredentials(), AnswerSize.LARGEST));
  }

  private ManagedChannel endedLater(ManagedChannel channel) {
    started.push(channel::shutdownNow);
    return channel;
  }

  private KeyServiceClient keyService(
      EdgeSettings settings, ManagedChannel decisions, Nodes nodes) {
    CallCredentials ownKey = new ServiceCredential(settings.keyFile());
    Duration deadline = settings.authenticateTimeout();
    return new KeyServiceClient(
        decisions,
        closedLater(new DecisionStreams(nodes, ownKey, KeyServiceClient.patience(deadline))),
        ownKey,
        deadline);
  }

  private OperationsServer startOperations(EdgeSettings settings, PrometheusMeterRegistry metrics) {
    try {
      return closedLater(
          OperationsServer.start(
              settings.operations().host(),
              settings.operations().port(),
              tls.operations(),
              readiness,
              metrics));
    } catch (RuntimeException failure) {
      throw settings.operations().refused(failure);
    }
  }

  private ApplicationContext startContext(
      EdgeSettings settings,
      PrometheusMeterRegistry metrics,
      KeyServiceClient decisions,
      ManagedChannel management,
      ManagedChannel tenantService) {
    int port = settings.http().port();
    return closedLater(
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .environmentPropertySource(false)
            .banner(false)
            .properties(HttpLimits.asMicronautSettings())
            .properties(
                Map.of(
                    "micronaut.server.host",
                    settings.http().host(),
                    // Micronaut's word for "any" is -1.
                    "micronaut.server.port",
                    port == 0 ? -1 : port))
            .singletons(
                readiness,
                metrics,
                new Transport(
                    settings.httpIdentity().map(tls::identity),
                    settings.httpClientCa().map(tls::clients),
                    new Connections(Connections.MOST).bindTo(metrics),
                    RequestTimes.DEFAULT),
                new ForwardedFor(settings.trustedProxies()),
                decisions,
                new ServiceCalls(
                    management,
                    tenantService,
                    settings.managementTimeout(),
                    new ManagementPlaces(metrics)),
                new AddressLimit(settings.reportsPerMinute()))
            .start());
  }

  private static EmbeddedServer startHttp(ApplicationContext context, EdgeSettings settings) {
    try {
      return context.getBean(EmbeddedServer.class).start();
    } catch (RuntimeException failure) {
      throw settings.http().refused(failure);
    }
  }

  private void watchKeyService(EdgeSettings settings, ManagedChannel channel) {
    closedLater(new KeyServiceWatch(channel, settings.keyService(), settings.keyFile(), readiness))
        .start();
  }

  private <T extends AutoCloseable> T closedLater(T part) {
    started.push(part);
    return part;
  }

  /** The port the REST API is served on. */
  public int port() {
    return http.getPort();
  }

  /** The port health and metrics are served on. */
  public int operationsPort() {
    return operations.port();
  }

  /** Whether the edge should be sent requests. */
  public boolean isReady() {
    return readiness.isReady();
  }

  private void drain() throws InterruptedException, ExecutionException {
    LOG.info("edge-rest is draining");
    readiness.drain();
    Thread.sleep(drainDelay);
    if (!(http instanceof GracefulShutdownCapable graceful)) {
      return;
    }
    try {
      graceful
          .shutdownGracefully()
          .toCompletableFuture()
          .get(DRAIN_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("requests still under way after {} s are cut off", DRAIN_LIMIT.toSeconds());
    }
  }

  @Override
  public void await() throws InterruptedException {
    closed.await();
  }

  @Override
  public synchronized void close() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception failure) {
        LOG.warn("edge-rest did not end cleanly", failure);
      }
    }
    closed.countDown();
  }
}
