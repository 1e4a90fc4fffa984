package dev.latchkey.keys.tenancy;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.feed.Pulse;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.kit.runtime.PeriodicTask;
import dev.latchkey.proto.tenancy.v1.SnapshotResponse;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node in step with tenant-service: a snapshot where there is no copy yet or it is too
 * old, then every change in order. Goes on for ever; while tenant-service is away from this node,
 * it takes from the copy what other nodes enter, and only a service that never had a copy is not
 * ready.
 */
@Singleton
public class TenancyFollower {
  private static final Logger LOG = LoggerFactory.getLogger(TenancyFollower.class);

  private static final Duration COPY_LOOKS = Duration.ofMillis(500);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final int LARGEST_BATCH = 500;
  private static final String OBSTACLE = "tenant-service";

  private final TenantServiceClient tenantService;
  private final TenancyIntake intake;
  private final Members members;
  private final Readiness readiness;
  private final InstantSource clock;
  private final Pulse pulse;
  private final Timer delay;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile long lastHeard;
  private volatile @Nullable PeriodicTask copyLooks;

  /** Why tenant-service cannot be followed just now; null while it is. */
  private @Nullable String obstacle = "not asked yet";

  /** Before the next attempt; it grows while nothing is heard. Only for the follower's thread. */
  private Duration nextPause = FIRST_PAUSE;

  private volatile @Nullable Reading<?> open;

  TenancyFollower(
      TenantServiceClient tenantService,
      TenancyIntake intake,
      Members members,
      Readiness readiness,
      InstantSource clock,
      Pulses pulses,
      MeterRegistry metrics) {
    this.tenantService = tenantService;
    this.intake = intake;
    this.members = members;
    this.readiness = readiness;
    this.clock = clock;
    this.pulse = pulses.tenancy();
    TimeGauge.builder(
            "latchkey.tenancy.silence", this, TimeUnit.MILLISECONDS, TenancyFollower::silenceMillis)
        .description("How long ago tenant-service was last heard")
        .register(metrics);
    this.delay =
        Timer.builder("latchkey.tenancy.delay")
            .description("From the commit of a change of the tenancy until it holds on this node")
            .publishPercentiles(0.5, 0.99)
            .register(metrics);
  }

  /** Starts following, on a thread of its own. Must be called before the first key is looked up. */
  public void start() {
    intake.begin();
    if (intake.known().isEmpty()) {
      readiness.block(OBSTACLE, "waiting for the first copy of the tenancy");
    }
    lastHeard = clock.millis();
    Thread.ofVirtual().name("tenancy-follower").start(this::run);
    copyLooks = PeriodicTask.start("tenancy-copy", COPY_LOOKS, intake::followCopy);
  }

  @PreDestroy
  void stop() {
    stopped = true;
    stopping.countDown();
    Reading<?> reading = open;
    if (reading != null) {
      reading.close();
    }
    PeriodicTask looks = copyLooks;
    if (looks != null) {
      looks.close();
    }
  }

  /** How long ago tenant-service was last heard, in milliseconds. */
  private long silenceMillis() {
    return Math.max(0, clock.millis() - lastHeard);
  }

  private void run() {
    while (!stopped) {
      try {
        follow();
        nextPause = FIRST_PAUSE;
      } catch (TimeoutException e) {
        disconnected(e.toString());
        // The next stream must not be opened on what may be up and carry nothing.
        tenantService.leaveConnections();
      } catch (StatusException | RuntimeException e) {
        // The status of a gRPC failure is its message already.
        disconnected(e.toString());
      } catch (InterruptedException e) {
        return;
      }
      Duration pause = nextPause;
      Duration longer = pause.multipliedBy(2);
      nextPause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
      pause(pause);
    }
  }

  private void disconnected(String why) {
    if (stopped) {
      return;
    }
    pulse.lost();
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

  private <T> Reading<T> read(BlockingClientCall<?, T> call) {
    Reading<T> reading = new Reading<>(call);
    open = reading;
    return reading;
  }

  /** Follows one stream until it breaks or does not fit what is known. */
  private void follow() throws InterruptedException, TimeoutException, StatusException {
    Optional<CopyPosition> known = intake.known();
    if (known.isEmpty()) {
      takeSnapshot(false);
      return;
    }
    long from = known.get().revision() + 1;
    try (Reading<WatchResponse> changes = read(tenantService.watch(from))) {
      boolean fits = true;
      while (fits && !stopped) {
        WatchResponse first = changes.next();
        long moment = NanoTime.SYSTEM.now();
        if (first.hasSnapshotRequired()) {
          long newest = first.getSnapshotRequired().getNewestRevision();
          LOG.info("from {} on nothing can be watched; the newest is {}", from, newest);
          takeSnapshot(newest < from - 1);
          return;
        }
        fits = applyBatch(changes, first);
        if (fits) {
          heard(moment);
        }
      }
      intake.followCopy();
    }
  }

  private void heard(long moment) {
    pulse.heard(moment);
    lastHeard = clock.millis();
    members.heard(moment);
    nextPause = FIRST_PAUSE;
    if (obstacle != null) {
      obstacle = null;
      LOG.info("following the tenancy of tenant-service");
    }
  }

  /** Applies what has arrived together, in one transaction; false if it does not fit. */
  private boolean applyBatch(Reading<WatchResponse> changes, WatchResponse first)
      throws InterruptedException, StatusException {
    List<TenancyResource> batch = new ArrayList<>();
    List<Timestamp> commits = new ArrayList<>();
    long revision = 0;
    @Nullable WatchResponse next = first;
    while (next != null) {
      if (next.hasChange()) {
        TenancyResource resource = next.getChange().getResource();
        batch.add(resource);
        revision = resource.getRevision();
        commits.add(next.getChange().getCommitTime());
      } else if (next.hasProgress()) {
        revision = next.getProgress().getRevision();
      }
      next = batch.size() < LARGEST_BATCH ? changes.alreadyHere() : null;
    }
    boolean fits = intake.apply(batch, revision);
    commits.forEach(this::measure);
    return fits;
  }

  private void measure(Timestamp commit) {
    Instant committed = Instant.ofEpochSecond(commit.getSeconds(), commit.getNanos());
    delay.record(Duration.between(committed, clock.instant()));
  }

  private void takeSnapshot(boolean fellBack)
      throws InterruptedException, TimeoutException, StatusException {
    LOG.info("taking a snapshot of the tenancy");
    // What is committed after its start may not be in it.
    long moment = NanoTime.SYSTEM.now();
    List<TenancyResource> resources = new ArrayList<>();
    try (Reading<SnapshotResponse> items = read(tenantService.snapshot())) {
      while (true) {
        SnapshotResponse item = items.next();
        if (item.hasResource()) {
          resources.add(item.getResource());
        } else if (item.hasComplete()) {
          intake.snapshot(resources, item.getComplete().getRevision(), fellBack);
          heard(moment);
          readiness.clear(OBSTACLE);
          return;
        }
      }
    }
  }
}
