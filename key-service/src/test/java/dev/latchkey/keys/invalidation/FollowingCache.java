package dev.latchkey.keys.invalidation;

import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.InvalidationServiceGrpc;
import dev.latchkey.proto.keys.v1.WatchInvalidationsRequest;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse.Invalidation;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cache of answers that follows the stream: what a caller of the platform would write. An answer
 * is kept only if nothing was dropped between its question and its arrival, and used only while the
 * stream was heard within five seconds.
 */
final class FollowingCache implements AutoCloseable {
  private static final Duration TRUST = Duration.ofSeconds(5);

  private final Map<String, AuthenticateResponse> answers = new ConcurrentHashMap<>();
  private final AtomicLong drops = new AtomicLong();
  private final Function<String, AuthenticateResponse> ask;
  private volatile String position = "";
  private volatile boolean heardOnce;
  private volatile long heard;
  private volatile @Nullable BlockingClientCall<?, WatchInvalidationsResponse> stream;

  /** Asks for answers it does not have as told. */
  FollowingCache(Function<String, AuthenticateResponse> ask) {
    this.ask = ask;
  }

  /** Follows the stream of a node, in place of the one before, from where that one was left. */
  void follow(RunningKeyService node) {
    close();
    BlockingClientCall<?, WatchInvalidationsResponse> call =
        InvalidationServiceGrpc.newBlockingV2Stub(node.channel())
            .withCallCredentials(ServiceCredential.of(node.platformKey("edge")))
            .watchInvalidations(
                WatchInvalidationsRequest.newBuilder().setPosition(position).build());
    stream = call;
    Thread.ofVirtual().start(() -> read(call));
  }

  private void read(BlockingClientCall<?, WatchInvalidationsResponse> call) {
    try {
      WatchInvalidationsResponse message = call.read();
      while (message != null && stream == call) {
        take(message);
        message = call.read();
      }
    } catch (StatusException | InterruptedException e) {
      // The stream has ended; whoever follows on says where.
    }
  }

  private synchronized void take(WatchInvalidationsResponse message) {
    switch (message.getEventCase()) {
      case RESET -> drop(answer -> true);
      case INVALIDATION -> drop(answer -> isNamed(message.getInvalidation(), answer));
      case HEARTBEAT, EVENT_NOT_SET -> {}
    }
    position = message.getPosition();
    heard = System.nanoTime();
    heardOnce = true;
  }

  private void drop(java.util.function.Predicate<AuthenticateResponse> gone) {
    drops.incrementAndGet();
    answers.values().removeIf(gone);
  }

  private static boolean isNamed(Invalidation gone, AuthenticateResponse answer) {
    if (answer.hasDenied()) {
      return answer.getDenied().getKeyId().isEmpty() ? gone.getForeignKeys() : true;
    }
    Allowed allowed = answer.getAllowed();
    return gone.getKeyIdsList().contains(allowed.getKey().getId())
        || gone.getUserIdsList().contains(allowed.getKey().getOwnerUserId())
        || gone.getNodeIdsList().contains(allowed.getContext().getOrganization().getId())
        || gone.getNodeIdsList().contains(allowed.getContext().getProject().getId())
        || gone.getNodeIdsList().contains(allowed.getContext().getEnvironment().getId())
        || gone.getNodeIdsList().contains(allowed.getContext().getWorkspace().getId());
  }

  /** The answer for a credential, of the cache or of the service. */
  AuthenticateResponse get(String credential) {
    boolean trusted = heardOnce && System.nanoTime() - heard < TRUST.toNanos();
    AuthenticateResponse kept = answers.get(credential);
    if (trusted && kept != null) {
      return kept;
    }
    long before = drops.get();
    AuthenticateResponse answer = ask.apply(credential);
    synchronized (this) {
      if (trusted && before == drops.get()) {
        answers.put(credential, answer);
      }
    }
    return answer;
  }

  /** How many answers are kept. */
  int size() {
    return answers.size();
  }

  @Override
  public void close() {
    BlockingClientCall<?, WatchInvalidationsResponse> open = stream;
    stream = null;
    if (open != null) {
      open.cancel("done", null);
    }
  }
}
