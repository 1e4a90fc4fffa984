package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.fleet.TcpProxy;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many writers whose transactions take differently long, because each node's way to the database is
 * slowed by another time, and another one all the while: they commit in another order than they
 * began in. What the nodes answer at the end must be what was written last.
 */
final class ManyWriters implements Scenario {
  private static final int WRITERS = 50;
  private static final Duration SETTLED = Duration.ofSeconds(2);

  @Override
  public String name() {
    return "writers-out-of-order";
  }

  @Override
  public String fault() {
    return "50 writers committing out of order";
  }

  @Override
  public void run(Course course) throws InterruptedException {
    List<Party> nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE);
    List<TrackedKey> keys = course.ground().keys(WRITERS);
    Propagation.awaitKnown(course, keys);
    keys.forEach(course.truth()::add);
    course.before();
    // A slow way to the database is a slow way to the log, too.
    course.truth().allowLateness(SETTLED);
    long end =
        System.nanoTime()
            + course.form().choose(Duration.ofSeconds(8), Duration.ofSeconds(60)).toNanos();
    AtomicLong written = new AtomicLong();
    Thread slowing = Thread.startVirtualThread(() -> slow(course, nodes, end));
    List<Thread> writers =
        keys.stream()
            .map(
                key ->
                    Thread.startVirtualThread(
                        () -> {
                          while (System.nanoTime() - end < 0) {
                            int node = ThreadLocalRandom.current().nextInt(nodes.size()) + 1;
                            if (flip(course.fleet().operator(node), key)) {
                              written.incrementAndGet();
                            }
                          }
                        }))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }
    slowing.join();
    course.fleet().links().heal();
    course.during(course.figures());
    int least = course.form().choose(4, 40) * WRITERS;
    course.check(
        "≥ %,d changes were written".formatted(least),
        "%,d".formatted(written.get()),
        written.get() >= least);
    var _ = course.measure(SETTLED);
    course.checkAtMost("node that missed what was written last", missed(course, keys), 0);
  }

  private static void slow(Course course, List<Party> nodes, long end) {
    while (System.nanoTime() - end < 0) {
      for (Party node : nodes) {
        Duration delay = Duration.ofMillis(ThreadLocalRandom.current().nextInt(15));
        course.fleet().links().from(node, Party.Kind.POSTGRES).stream()
            .forEach((TcpProxy link) -> link.delay(delay));
      }
      course.traffic().pause(Duration.ofMillis(50));
    }
  }

  /**
   * Disables the key if it is known to be good, and enables it if not. Where the call fails, what
   * it has done is not known, and the next one enables: both change nothing that is so already.
   */
  private static boolean flip(Clients via, TrackedKey key) {
    boolean good = key.isGood();
    key.changing();
    try {
      if (good) {
        Change.disable(via, key);
        key.denied();
      } else {
        var _ = via.keys().enableKey(EnableKeyRequest.newBuilder().setId(key.id()).build());
        key.allowed();
      }
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static long missed(Course course, List<TrackedKey> keys) {
    List<TrackedKey> good = keys.stream().filter(TrackedKey::isGood).toList();
    List<TrackedKey> bad = keys.stream().filter(TrackedKey::isBad).toList();
    return Propagation.notAnswered(course, good, CallAnswer.Allowed.class)
        + Propagation.notAnswered(course, bad, CallAnswer.Denied.class);
  }
}
