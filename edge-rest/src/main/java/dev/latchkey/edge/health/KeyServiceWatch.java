package dev.latchkey.edge.health;

import dev.latchkey.kit.operations.Readiness;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
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
 * Keeps the edge's readiness in step with key-service, which is there while one node at least is
 * connected and says that it serves, and with the file of the edge's own key. The channel does the
 * asking: it is READY while it has such a node. All state here is touched by the one thread only.
 */
public final class KeyServiceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyServiceWatch.class);
  private static final String KEY_SERVICE = "key-service";
  private static final String OWN_KEY = "edge-key";
  private static final int PERIOD_MILLIS = 500;

  /** Looks in a row for which a channel may be connecting anew before that counts. */
  private static final int LOOKS_TO_CONNECT = 2;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("key-service-watch").factory());
  private final ManagedChannel channel;
  private final String targets;
  private final Path keyFile;
  private final Readiness readiness;
  private @Nullable ScheduledFuture<?> looking;
  private String waitingFor = "";
  private int looksConnecting;
  private boolean keyFileThere;
  private boolean keyFileMissed;

  /**
   * @param targets the channel's addresses, for the messages
   * @param keyFile where the edge's own key is, or will be
   */
  public KeyServiceWatch(
      ManagedChannel channel, String targets, Path keyFile, Readiness readiness) {
    this.channel = channel;
    this.targets = targets;
    this.keyFile = keyFile;
    this.readiness = readiness;
  }

  /** Starts watching; until it knows better, the edge is not ready. */
  public void start() {
    readiness.block(OWN_KEY, "looking for its file");
    readiness.block(KEY_SERVICE, "connecting");
    onThread(() -> waitFor("no connection"));
    onThread(this::follow);
    looking = thread.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      lookForKey();
      judge(channel.getState(true), true);
    } catch (RuntimeException e) {
      // The schedule would end with it, and the edge never become ready again.
      LOG.error("looking for key-service failed", e);
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

  /** Hears of changes at once; looking finds what this does not. */
  private void follow() {
    ConnectivityState state = channel.getState(true);
    judge(state, false);
    if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, () -> onThread(this::follow));
    }
  }

  private void judge(ConnectivityState state, boolean look) {
    switch (state) {
      case READY -> serving();
      case TRANSIENT_FAILURE, SHUTDOWN -> waitFor("no node that serves");
      case IDLE, CONNECTING -> {
        // Also for a moment when the last connection has had its time and the next one begins.
        looksConnecting += look ? 1 : 0;
        if (looksConnecting > LOOKS_TO_CONNECT) {
          waitFor("no node that serves");
        }
      }
    }
  }

  private void serving() {
    looksConnecting = 0;
    if (!waitingFor.isEmpty()) {
      waitingFor = "";
      LOG.info("key-service at {} is serving", targets);
      readiness.clear(KEY_SERVICE);
    }
  }

  private void waitFor(String what) {
    if (!what.equals(waitingFor)) {
      waitingFor = what;
      LOG.info("waiting for key-service at {}: {}", targets, what);
      readiness.block(KEY_SERVICE, "waiting: " + what);
    }
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
  }
}
