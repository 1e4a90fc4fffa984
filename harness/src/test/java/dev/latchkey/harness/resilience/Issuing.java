package dev.latchkey.harness.resilience;

import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Clients that create keys, and revoke every third, without a pause. Keeps what the service
 * acknowledged: the keys whose secret was handed out, and those whose revocation returned. What was
 * under way when a call failed belongs to neither.
 */
final class Issuing implements AutoCloseable {
  private static final int CLIENTS = 4;

  private final Queue<Issued> handedOut = new ConcurrentLinkedQueue<>();
  private final Queue<Issued> revoked = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean ending;

  private Issuing() {}

  static Issuing start(Tenants tenants, List<String> nodes) {
    Issuing issuing = new Issuing();
    for (int i = 0; i < CLIENTS; i++) {
      String node = nodes.get(i % nodes.size());
      issuing.clients.add(Thread.ofVirtual().start(() -> issuing.work(tenants, node)));
    }
    return issuing;
  }

  private void work(Tenants tenants, String node) {
    for (int i = 0; !ending; i++) {
      try {
        Issued key = tenants.key(node);
        if (i % 3 != 0) {
          handedOut.add(key);
        } else {
          tenants.revoke(key);
          revoked.add(key);
        }
      } catch (StatusRuntimeException e) {
        // The service was killed under the call: nothing was promised.
        Thread.onSpinWait();
      }
    }
  }

  /** Waits until so many more keys were handed out. */
  void awaitMore(int more) {
    int goal = handedOut.size() + more;
    Await.until(
        Duration.ofSeconds(90),
        () -> handedOut.size() >= goal && !revoked.isEmpty(),
        () -> "only %d of %d keys were handed out".formatted(handedOut.size(), goal));
  }

  List<Issued> handedOut() {
    return List.copyOf(handedOut);
  }

  List<Issued> revoked() {
    return List.copyOf(revoked);
  }

  @Override
  public void close() {
    ending = true;
    for (Thread client : clients) {
      try {
        client.join(Duration.ofSeconds(60));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
