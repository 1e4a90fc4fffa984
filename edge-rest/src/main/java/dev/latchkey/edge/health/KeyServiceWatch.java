package dev.latchkey.edge.health;

import dev.latchkey.kit.operations.Readiness;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the edge's readiness in step with key-service's health ({@code grpc.health.v1} Watch) and
 * with the file of the edge's own key. All its state is touched by its one thread only.
 */
public final class KeyServiceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyServiceWatch.class);
  private static final String KEY_SERVICE = "key-service";
  private static final String OWN_KEY = "edge-key";
  private static final int PERIOD_MILLIS = 500;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("key-service-watch").factory());
  private final Context.CancellableContext calls = Context.current().withCancellation();
  private final ManagedChannel channel;
  private final String target;
  private final Path keyFile;
  private final Readiness readiness;
  private @Nullable ScheduledFuture<?> looking;
  private boolean watching;
  private boolean renewing;
  private String waitingFor = "";
  private boolean keyFileThere;
  private boolean keyFileMissed;

  /**
   * @param target the channel's address, for the messages
   * @param keyFile where the edge's own key is, or will be
   */
  public KeyServiceWatch(ManagedChannel channel, String target, Path keyFile, Readiness readiness) {
    this.channel = channel;
    this.target = target;
    this.keyFile = keyFile;
    this.readiness = readiness;
  }

  /** Starts watching; until it knows better, the edge is not ready. */
  public void start() {
    readiness.block(OWN_KEY, "looking for its file");
    onThread(() -> waitFor("no connection"));
    readiness.block(KEY_SERVICE, "connecting");
    looking = thread.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      lookOnce();
    } catch (RuntimeException e) {
      // The schedule would end with it, and the edge never become ready again.
      LOG.error("looking for key-service failed", e);
    }
  }

  private void lookOnce() {
    lookForKey();
    if (!waitingFor.isEmpty()) {
      // gRPC waits ever longer between attempts; somebody who starts late should be found at once.
      channel.resetConnectBackoff();
    }
    if (!watching) {
      watching = true;
      calls.run(this::watch);
    }
  }

  private void lookForKey() {
    if (keyFileThere) {
      return;
    }
    keyFileThere = Files.isReadable(keyFile);
    if (keyFileThere) {
      readiness.clear(OWN_KEY);
    } else if (!keyFileMissed) {
      keyFileMissed = true;
      LOG.info("waiting for this edge's own key in {}", keyFile);
      readiness.block(OWN_KEY, "waiting for its file");
    }
  }

  private void watch() {
    HealthGrpc.newStub(channel)
        .withWaitForReady()
        .watch(HealthCheckRequest.getDefaultInstance(), new Observer());
  }

  private void serving() {
    renewing = false;
    if (!waitingFor.isEmpty()) {
      waitingFor = "";
      LOG.info("key-service at {} is serving", target);
    }
    readiness.clear(KEY_SERVICE);
  }

  private void waitFor(String what) {
    renewing = false;
    if (!what.equals(waitingFor)) {
      waitingFor = what;
      LOG.info("waiting for key-service at {}: {}", target, what);
      readiness.block(KEY_SERVICE, "waiting: " + what);
    }
  }

  /**
   * Connections end for their age too: only when a new watch says nothing for a while is the
   * service gone.
   */
  private void ended(Status status) {
    watching = false;
    if (!waitingFor.isEmpty() || renewing) {
      renewing = false;
      waitFor("no connection (" + status.getCode() + ")");
      return;
    }
    renewing = true;
    watching = true;
    calls.run(this::watch);
    var _ =
        thread.schedule(
            () -> {
              if (renewing) {
                waitFor("no connection (" + status.getCode() + ")");
              }
            },
            PERIOD_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void onThread(Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed while key-service answered");
    }
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.cancel(false);
    }
    thread.shutdownNow();
    calls.cancel(null);
  }

  private final class Observer implements StreamObserver<HealthCheckResponse> {
    @Override
    public void onNext(HealthCheckResponse response) {
      onThread(
          () -> {
            if (response.getStatus() == ServingStatus.SERVING) {
              serving();
            } else {
              waitFor("it is there but not ready");
            }
          });
    }

    @Override
    public void onError(Throwable thrown) {
      onThread(() -> ended(Status.fromThrowable(thrown)));
    }

    @Override
    public void onCompleted() {
      onThread(() -> ended(Status.UNAVAILABLE));
    }
  }
}
