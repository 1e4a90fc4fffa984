package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.proto.tenancy.v1.SnapshotResponse;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the copy of the tenancy in step with tenant-service: a snapshot where there is no copy yet
 * or it is too old, then every change in order. Goes on for ever; while tenant-service is away the
 * copy stands as it is, and only a service that never had one is not ready.
 */
@Singleton
public class TenancyFollower {
  private static final Logger LOG = LoggerFactory.getLogger(TenancyFollower.class);

  /** tenant-service says something every second; a stream silent for longer is broken. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(4);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final int LARGEST_BATCH = 500;
  private static final String OBSTACLE = "tenant-service";

  private final TenantServiceClient tenantService;
  private final TenancyStore store;
  private final TenancyModel model;
  private final Members members;
  private final Readiness readiness;
  private final InstantSource clock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile long lastHeard;

  /** Why tenant-service cannot be followed just now; null while it is. */
  private @Nullable String obstacle = "not asked yet";

  private volatile @Nullable BlockingClientCall<?, WatchResponse> stream;

  TenancyFollower(
      TenantServiceClient tenantService,
      TenancyStore store,
      TenancyModel model,
      Members members,
      Readiness readiness,
      InstantSource clock,
      MeterRegistry metrics) {
    this.tenantService = tenantService;
    this.store = store;
    this.model = model;
    this.members = members;
    this.readiness = readiness;
    this.clock = clock;
    TimeGauge.builder(
            "latchkey.tenancy.silence", this, TimeUnit.MILLISECONDS, TenancyFollower::silenceMillis)
        .description("How long ago tenant-service was last heard")
        .register(metrics);
  }

  /** Starts following, on a thread of its own. */
  public void start() {
    if (store.revision().isEmpty()) {
      readiness.block(OBSTACLE, "waiting for the first copy of the tenancy");
    }
    lastHeard = clock.millis();
    Thread.ofVirtual().name("tenancy-follower").start(this::run);
  }

  @PreDestroy
  void stop() {
    stopped = true;
    BlockingClientCall<?, WatchResponse> open = stream;
    if (open != null) {
      open.cancel("the service ends", null);
    }
    stopping.countDown();
  }

  /** How long ago tenant-service was last heard, in milliseconds. */
  private long silenceMillis() {
    return Math.max(0, clock.millis() - lastHeard);
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!stopped) {
      try {
        follow();
        pause = FIRST_PAUSE;
      } catch (StatusException | RuntimeException | TimeoutException e) {
        // The status of a gRPC failure is its message already.
        disconnected(e.toString());
      } catch (InterruptedException e) {
        return;
      }
      pause(pause);
      Duration next = pause.multipliedBy(2);
      pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }
  }

  private void disconnected(String why) {
    if (stopped) {
      return;
    }
    if (!why.equals(obstacle)) {
      LOG.info("waiting for tenant-service: {}", why);
    }
    obstacle = why;
  }

  private void pause(Duration pause) {
    try {
      if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        stopped = true;
      }
    } catch (InterruptedException e) {
      stopped = true;
    }
  }

  /** Follows one stream until it breaks or a snapshot is needed. */
  private void follow() throws InterruptedException, TimeoutException, StatusException {
    OptionalLong position = store.revision();
    if (position.isEmpty()) {
      takeSnapshot();
      return;
    }
    BlockingClientCall<?, WatchResponse> call = tenantService.watch(position.getAsLong() + 1);
    stream = call;
    try {
      while (!stopped) {
        WatchResponse first = call.read(LONGEST_SILENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
          throw new StatusException(
              Status.UNAVAILABLE.withDescription("the stream of changes ended"));
        }
        heard();
        if (first.hasSnapshotRequired()) {
          LOG.info("the copy of the tenancy is too old; taking a snapshot");
          takeSnapshot();
          return;
        }
        applyBatch(call, first);
      }
    } finally {
      call.cancel("done", null);
      stream = null;
    }
  }

  private void heard() {
    lastHeard = clock.millis();
    members.heard();
    if (obstacle != null) {
      obstacle = null;
      LOG.info("following the tenancy of tenant-service");
    }
  }

  /** Applies what has arrived together, in one transaction. */
  private void applyBatch(BlockingClientCall<?, WatchResponse> call, WatchResponse first)
      throws InterruptedException, StatusException {
    List<TenancyResource> batch = new ArrayList<>();
    @Nullable WatchResponse next = first;
    while (next != null) {
      if (next.hasChange()) {
        batch.add(next.getChange().getResource());
      }
      next = batch.size() < LARGEST_BATCH ? alreadyHere(call) : null;
    }
    if (!batch.isEmpty()) {
      model.apply(batch, batch.getLast().getRevision());
    }
  }

  /** The next message if it has arrived, or null. */
  private static @Nullable WatchResponse alreadyHere(BlockingClientCall<?, WatchResponse> call)
      throws InterruptedException, StatusException {
    try {
      return call.read(1, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    }
  }

  private void takeSnapshot() {
    List<TenancyResource> resources = new ArrayList<>();
    Iterator<SnapshotResponse> items = tenantService.snapshot();
    while (items.hasNext()) {
      SnapshotResponse item = items.next();
      if (item.hasResource()) {
        resources.add(item.getResource());
      } else if (item.hasComplete()) {
        model.apply(resources, item.getComplete().getRevision());
        heard();
        readiness.clear(OBSTACLE);
        return;
      }
    }
    throw Status.UNAVAILABLE
        .withDescription("the snapshot of the tenancy ended early")
        .asRuntimeException();
  }
}
