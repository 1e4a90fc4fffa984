package dev.latchkey.kit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.access.Admission;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.load.LoopLateness;
import dev.latchkey.kit.load.ManagementLoad;
import dev.latchkey.kit.operations.Metrics;
import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.tls.Tls;
import dev.latchkey.kit.tls.TlsSettings;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ListOrganizationsRequest;
import dev.latchkey.proto.tenancy.v1.ListOrganizationsResponse;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc;
import dev.latchkey.proto.tenancy.v1.WatchRequest;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server as every service has it: what holds for management, streams and decisions. */
final class GrpcServerFactoryTest {
  private static final int MOST_STREAMS = 1_000;
  private static final Duration LONGEST_CALL = Duration.ofSeconds(60);
  private static final Duration AGE = Duration.ofSeconds(2);

  private final PrometheusMeterRegistry metrics = Metrics.create("test");
  private final LoopLateness lateness = new LoopLateness();
  private final Tls tls = Tls.open(TlsSettings.NONE);
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final AtomicInteger endedConnections = new AtomicInteger();
  private final Organizations organizations = new Organizations();
  private final Decisions decisions = new Decisions();
  private Server server;

  /** Management: notes the deadlines that its calls have. */
  private static final class Organizations
      extends OrganizationServiceGrpc.OrganizationServiceImplBase implements ManagementEndpoint {
    private final BlockingQueue<Optional<Deadline>> deadlines = new LinkedBlockingQueue<>();

    @Override
    public void listOrganizations(
        ListOrganizationsRequest request, StreamObserver<ListOrganizationsResponse> out) {
      deadlines.add(Optional.ofNullable(Context.current().getDeadline()));
      out.onNext(ListOrganizationsResponse.getDefaultInstance());
      out.onCompleted();
    }
  }

  /** Streams that begin and do not end. */
  private static final class Watches extends TenancyWatchServiceGrpc.TenancyWatchServiceImplBase
      implements ManagementEndpoint {
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> out) {
      out.onNext(WatchResponse.getDefaultInstance());
    }
  }

  /** Decisions on the event loop, which a test may make slow. */
  private static final class Decisions
      extends AuthenticationServiceGrpc.AuthenticationServiceImplBase {
    private volatile Duration work = Duration.ZERO;

    @Override
    public void authenticate(
        AuthenticateRequest request, StreamObserver<AuthenticateResponse> out) {
      long end = System.nanoTime() + work.toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
      out.onNext(AuthenticateResponse.getDefaultInstance());
      out.onCompleted();
    }
  }

  @BeforeEach
  void start() throws IOException {
    Listener any = new Listener("127.0.0.1", 0, new Setting("PORT", null, "Any."));
    DatabaseSettings database =
        new DatabaseSettings("none", Optional.empty(), "", Optional.empty(), Path.of("."), 10);
    GrpcServerFactory factory = new GrpcServerFactory();
    ServiceHost.Plan plan =
        new ServiceHost.Plan(
            "test", any, any, database, new ServerSettings(TlsSettings.NONE, AGE, Duration.ZERO));
    server =
        factory
            .serverBuilder(
                plan,
                List.of(organizations, new Watches(), decisions),
                (credential, client, rule) ->
                    new Admission.Admitted(
                        new Caller(
                            UUID.randomUUID(), Optional.empty(), Set.of(rule.getRequiredScope())),
                        Optional.empty()),
                new Readiness(),
                tls,
                metrics,
                new OpenEndedCalls(),
                lateness,
                new ManagementLoad(10, lateness, metrics))
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public void transportTerminated(Attributes attributes) {
                    endedConnections.incrementAndGet();
                  }
                })
            .build()
            .start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    boolean _ = server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    lateness.close();
    tls.close();
  }

  private ManagedChannel connect() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private static void list(ManagedChannel channel) {
    var _ =
        OrganizationServiceGrpc.newBlockingStub(channel)
            .withCallCredentials(ServiceCredential.of(Secret.of("any")))
            .listOrganizations(ListOrganizationsRequest.getDefaultInstance());
  }

  private static Iterator<WatchResponse> watch(ManagedChannel channel) {
    return TenancyWatchServiceGrpc.newBlockingStub(channel)
        .withCallCredentials(ServiceCredential.of(Secret.of("any")))
        .watch(WatchRequest.getDefaultInstance());
  }

  private static void decide(ManagedChannel channel) {
    var _ =
        AuthenticationServiceGrpc.newBlockingStub(channel)
            .authenticate(AuthenticateRequest.getDefaultInstance());
  }

  private static boolean isRefused(ManagedChannel channel) {
    try {
      list(channel);
      return false;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(e.getStatus().getDescription()).contains("too much work");
      return true;
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Test
  void managementWithoutADeadline_isGivenOne() throws Exception {
    list(connect());

    Deadline given = organizations.deadlines.take().orElseThrow();
    assertThat(Duration.ofNanos(given.timeRemaining(TimeUnit.NANOSECONDS)))
        .isBetween(LONGEST_CALL.minusSeconds(30), LONGEST_CALL);
  }

  @Test
  void agedConnection_ends_andItsClientGoesOn() {
    ManagedChannel channel = connect();
    await(
        "a connection that ended of age",
        () -> {
          decide(channel);
          list(channel);
          return endedConnections.get() > 0;
        });
    decide(channel);
  }

  @Test
  void asManyStreamsAsThereMayBe_leaveManagementItsPlaces_andTheNextIsRefused() {
    ManagedChannel first = connect();
    ManagedChannel second = connect();
    Context.CancellableContext one = Context.current().withCancellation();
    one.run(() -> watch(first).next());
    for (int i = 1; i < MOST_STREAMS; i++) {
      var _ = watch(i % 2 == 0 ? first : second).next();
    }

    list(connect());
    assertThatThrownBy(() -> watch(connect()).next())
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> {
              assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              assertThat(refused.getStatus().getDescription()).contains("many streams");
            });

    boolean _ = one.cancel(null);
    await("a place for another", () -> streams() < MOST_STREAMS);
    assertThat(watch(connect()).next()).isNotNull();
  }

  private double streams() {
    return metrics.get("latchkey.management.streams").gauge().value();
  }

  @Test
  void loopThatIsAlwaysLate_hasManagementRefused_andDecisionsMade() {
    ManagedChannel busy = connect();
    ManagedChannel other = connect();
    list(other);
    decisions.work = Duration.ofMillis(150);
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(
          CompletableFuture.runAsync(
              () -> {
                while (!decisions.work.isZero()) {
                  decide(busy);
                }
              },
              task -> Thread.ofVirtual().start(task)));
    }

    await("management is refused", () -> isRefused(other));
    decide(busy);
    decide(other);
    assertThat(metrics.get("latchkey.management.refused").tag("reason", "lateness").counter())
        .satisfies(refused -> assertThat(refused.count()).isPositive());

    decisions.work = Duration.ZERO;
    // None of them has failed.
    clients.forEach(CompletableFuture::join);
    await("management is taken again", () -> !isRefused(other));
  }

  @Test
  void singlePauseOfALoop_hasNothingRefused() {
    ManagedChannel paused = connect();
    ManagedChannel other = connect();
    list(other);
    decisions.work = Duration.ofMillis(400);
    CompletableFuture<Void> pause =
        CompletableFuture.runAsync(() -> decide(paused), task -> Thread.ofVirtual().start(task));

    int calls = 0;
    while (!pause.isDone() || calls < 20) {
      list(other);
      list(paused);
      calls++;
    }
    pause.join();
  }
}
