package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Clients of each node that create keys without a pause and revoke every third. Keeps what was
 * acknowledged; what was under way when a call failed belongs to neither.
 */
final class Writers implements AutoCloseable {
  private static final long CALL_SECONDS = 3;

  private final Course course;
  private final Queue<TrackedKey> created = new ConcurrentLinkedQueue<>();
  private final Queue<TrackedKey> revoked = new ConcurrentLinkedQueue<>();
  private final Map<Party, Long> lastWrite = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ending;

  Writers(Course course) {
    this.course = course;
    for (Party node : course.fleet().nodes(Party.Kind.KEY_SERVICE)) {
      lastWrite.put(node, 0L);
      threads.add(Thread.startVirtualThread(() -> work(node)));
    }
  }

  private void work(Party node) {
    Clients via = course.fleet().operator(node.number());
    for (int i = 0; !ending; i++) {
      try {
        TrackedKey key = create(via);
        lastWrite.put(node, System.nanoTime());
        if (i % 3 == 0) {
          key.changing();
          revoke(via, key);
          key.denied();
          revoked.add(key);
        } else {
          created.add(key);
        }
      } catch (StatusRuntimeException e) {
        course.traffic().pause(Duration.ofMillis(20));
      }
    }
  }

  private TrackedKey create(Clients via) {
    CreateKeyResponse made =
        via.keys()
            .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(course.ground().environment())
                    .setName(Ground.slug())
                    .addScopes(Ground.SCOPE)
                    .build());
    return new TrackedKey(made.getKey().getId(), Secret.of(made.getSecret()));
  }

  private static void revoke(Clients via, TrackedKey key) {
    var _ =
        via.keys()
            .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.id())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .build());
  }

  /** Waits until each node has acknowledged a write that ended after a moment. */
  void awaitEachSince(long moment, Duration limit) {
    Await.until(
        limit,
        () -> lastWrite.values().stream().allMatch(at -> at - moment > 0 && at != 0),
        () -> "not every node has written: " + lastWrite.keySet());
  }

  /** Keys whose secret was handed out and that were not revoked. */
  List<TrackedKey> created() {
    return List.copyOf(created);
  }

  /** Keys whose revocation returned. */
  List<TrackedKey> revoked() {
    return List.copyOf(revoked);
  }

  @Override
  public void close() {
    ending = true;
    for (Thread thread : threads) {
      try {
        thread.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
