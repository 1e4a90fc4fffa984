package dev.latchkey.edge.keyservice;

import com.google.common.util.concurrent.MoreExecutors;
import dev.latchkey.kit.balancing.Node;
import dev.latchkey.kit.balancing.Nodes;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions of all requests over one stream to each node of key-service: a question is a frame
 * there, where a call is a stream of HTTP/2 with headers of its own. Nodes take turns as they do
 * for calls. What has no answer here is for a call to find out, which knows all that there is to
 * know of trying again. Never waits; safe for use by many threads.
 */
public final class DecisionStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionStreams.class);
  private static final Duration PERIOD = Duration.ofMillis(25);

  private final Nodes nodes;
  private final CallOptions options;
  private final long patienceNanos;
  private final Map<Node, DecisionStream> streams = new ConcurrentHashMap<>();
  private final Set<DecisionStream> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock opening = new ReentrantLock();
  private final ScheduledExecutorService tending =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("decision-streams").factory());

  /** Read and set while {@link #opening}. */
  private boolean closed;

  /**
   * @param nodes those of the channel to key-service
   * @param ownKey the edge's own service key
   * @param patience how long a question may have no answer
   */
  public DecisionStreams(Nodes nodes, CallCredentials ownKey, Duration patience) {
    this.nodes = nodes;
    // Answers are taken on the event loop: nobody waits there.
    this.options =
        CallOptions.DEFAULT
            .withCallCredentials(ownKey)
            .withExecutor(MoreExecutors.directExecutor());
    this.patienceNanos = patience.toNanos();
    var _ =
        tending.scheduleWithFixedDelay(
            this::tend, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Puts a question; false where no stream takes it, and then the asker is told nothing. */
  boolean tryAsk(AuthenticateRequest question, String requestId, Asker asker) {
    Node node = nodes.next().orElse(null);
    if (node == null) {
      return false;
    }
    DecisionStream present = streams.get(node);
    DecisionStream stream = present == null || present.isOver() ? reopened(node, present) : present;
    return stream != null && stream.tryAsk(question, requestId, asker);
  }

  /** Null where another thread is at it, or the node has just refused one. */
  private @Nullable DecisionStream reopened(Node node, @Nullable DecisionStream last) {
    if (!opening.tryLock()) {
      return null;
    }
    try {
      boolean mayOpen =
          !closed
              && streams.get(node) == last
              && (last == null || last.mayBeFollowed(System.nanoTime()));
      return mayOpen ? opened(node) : null;
    } finally {
      opening.unlock();
    }
  }

  private DecisionStream opened(Node node) {
    DecisionStream stream = new DecisionStream(node, options, open::remove);
    open.add(stream);
    stream.start();
    // Only now: others put questions on what they find here.
    streams.put(node, stream);
    return stream;
  }

  private void tend() {
    try {
      long now = System.nanoTime();
      open.forEach(stream -> stream.tend(now, patienceNanos));
      // Nodes come and go; those that went leave nothing.
      streams.values().removeIf(stream -> stream.isOver() && stream.mayBeFollowed(now));
    } catch (RuntimeException e) {
      // The schedule would end with it, and questions wait for ever.
      LOG.error("tending the streams to key-service failed", e);
    }
  }

  @Override
  public void close() {
    opening.lock();
    try {
      closed = true;
    } finally {
      opening.unlock();
    }
    tending.shutdownNow();
    open.forEach(stream -> stream.end("the edge ends"));
  }
}
