package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.fleet.Postgres;
import dev.latchkey.harness.fleet.TcpProxy;
import dev.latchkey.harness.platform.Clients;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Many writers whose transactions take differently long, because each node's way to the database is
 * slowed by another time, and another one all the while: they commit in another order than they
 * began in. Every change disables a key of its own that all nodes have in memory and that is never
 * changed again, so a node that misses one change answers wrongly for good, and no later change
 * hides it.
 */
final class ManyWriters implements Scenario {
  private static final int WRITERS = 50;
  private static final Duration SETTLED = Duration.ofSeconds(2);

  /** Changes that were committed before one whose transaction began earlier. */
  private static final String OUT_OF_ORDER =
      """
      SELECT count(*)
      FROM (SELECT pg_xact_commit_timestamp(txid::xid) AS committed,
                   max(pg_xact_commit_timestamp(txid::xid)) OVER (
                     ORDER BY txid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier
            FROM key_change) AS change
      WHERE committed < earlier
      """;

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
    List<TrackedKey> keys = course.ground().keys(course.form().choose(500, 12_000));
    Propagation.awaitKnown(course, keys);
    course.before();
    // A slow way to the database is a slow way to the log, too.
    course.truth().allowLateness(SETTLED);
    long unordered = outOfOrder(course);
    List<TrackedKey> written = write(course, keys);
    course.during(course.figures());
    int least = course.form().choose(4, 40) * WRITERS;
    course.check(
        "≥ %,d changes were written, each of a key of its own".formatted(least),
        "%,d".formatted(written.size()),
        written.size() >= least);
    long overtaken = outOfOrder(course) - unordered;
    course.check(
        "≥ %,d were committed before one that began earlier".formatted(least / 10),
        "%,d".formatted(overtaken),
        overtaken >= least / 10);
    var _ = course.measure(SETTLED);
    course.checkAtMost(
        "change missed by any node",
        Propagation.notAnswered(course, written, CallAnswer.Denied.class),
        0);
  }

  /** Has the writers disable keys until the time is over; gives those that were acknowledged. */
  private static List<TrackedKey> write(Course course, List<TrackedKey> keys)
      throws InterruptedException {
    int nodes = course.nodes().size();
    Queue<TrackedKey> left = new ConcurrentLinkedQueue<>(keys);
    Queue<TrackedKey> written = new ConcurrentLinkedQueue<>();
    Duration time = course.form().choose(Duration.ofSeconds(6), Duration.ofSeconds(60));
    long end = System.nanoTime() + time.toNanos();
    Runnable writer =
        () -> {
          while (System.nanoTime() - end < 0) {
            TrackedKey key = left.poll();
            if (key == null) {
              return;
            }
            course.truth().add(key);
            int node = ThreadLocalRandom.current().nextInt(nodes) + 1;
            if (disable(course.fleet().operator(node), key)) {
              written.add(key);
            }
          }
        };
    List<Thread> writers =
        IntStream.range(0, WRITERS).mapToObj(i -> Thread.startVirtualThread(writer)).toList();
    Thread slowing = Thread.startVirtualThread(() -> slow(course, writers));
    for (Thread thread : writers) {
      thread.join();
    }
    slowing.join();
    course.fleet().links().heal();
    return List.copyOf(written);
  }

  private static void slow(Course course, List<Thread> writers) {
    while (writers.stream().anyMatch(Thread::isAlive)) {
      for (Party node : course.fleet().nodes(Party.Kind.KEY_SERVICE)) {
        Duration delay = Duration.ofMillis(ThreadLocalRandom.current().nextInt(15));
        course
            .fleet()
            .links()
            .from(node, Party.Kind.POSTGRES)
            .forEach((TcpProxy link) -> link.delay(delay));
      }
      course.traffic().pause(Duration.ofMillis(50));
    }
  }

  /** Where the call fails, what it has done is not known, and nothing is expected of the key. */
  private static boolean disable(Clients via, TrackedKey key) {
    key.changing();
    try {
      Change.disable(via, key);
      key.denied();
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static long outOfOrder(Course course) {
    return course.fleet().postgres().primary().number(Postgres.KEYS, OUT_OF_ORDER);
  }
}
