package dev.latchkey.harness.faults;

import com.google.protobuf.Timestamp;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.ServiceProcess;
import dev.latchkey.proto.keys.v1.QueryUsageRequest;
import dev.latchkey.proto.keys.v1.UsageBucketSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A key-service node is killed and started again. Clients go on at the others, and of what its keys
 * were used for only what was counted since the last flush is lost.
 */
final class NodeKilled implements Scenario {
  private static final Duration BETWEEN_USES = Duration.ofMillis(10);
  private static final Duration LATE_FLUSH = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "node-killed";
  }

  @Override
  public String fault() {
    return "key-service node killed -9, started again";
  }

  @Override
  public void run(Course course) {
    Party victim = Party.keyService(course.fleet().nodes(Party.Kind.KEY_SERVICE).size());
    Asker asked = course.nodes().getLast();
    TrackedKey used = course.ground().key();
    course.before();
    ServiceProcess node = course.fleet().node(victim);
    // Longer than two flushes, so that most was written.
    Deque<Long> uses = use(course, asked, used, Deployments.USAGE_FLUSH.multipliedBy(4));
    long killed = System.nanoTime();
    node.kill();
    var _ = course.during(course.form().choose(Duration.ofSeconds(2), Duration.ofSeconds(20)));
    node.start();
    node.awaitReady(Duration.ofMinutes(1));
    Await.until(
        Duration.ofSeconds(20),
        () -> asked.ask(used.secret()).join() instanceof CallAnswer.Allowed,
        () -> victim + " does not answer");
    uses.add(System.nanoTime());
    var _ = course.recoveredSince(killed);
    long failed = course.figures().failedCalls();
    course.checkAtMost("failed calls of clients that ask another node", failed, 0);
    checkUsage(course, used, uses, killed);
  }

  /** Uses a key on one node for a while; gives the moments of the answers. */
  private static Deque<Long> use(Course course, Asker node, TrackedKey key, Duration time) {
    Deque<Long> uses = new ArrayDeque<>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      if (node.ask(key.secret()).join() instanceof CallAnswer.Allowed) {
        uses.add(System.nanoTime());
      }
      course.traffic().pause(BETWEEN_USES);
    }
    return uses;
  }

  private static void checkUsage(Course course, TrackedKey key, Deque<Long> uses, long killed) {
    Duration window = Deployments.USAGE_FLUSH.plus(LATE_FLUSH);
    long atRisk = uses.stream().filter(at -> at < killed && killed - at < window.toNanos()).count();
    course.traffic().pause(window);
    long counted = counted(course, key);
    course.check(
        "usage lost ≤ what was counted in the last %s (%d), and none counted twice"
            .formatted(Report.text(window), atRisk),
        "%d of %d".formatted(uses.size() - counted, uses.size()),
        counted <= uses.size() && uses.size() - counted <= atRisk && atRisk < uses.size());
  }

  private static long counted(Course course, TrackedKey key) {
    return course
        .fleet()
        .operator(1)
        .usage()
        .queryUsage(
            QueryUsageRequest.newBuilder()
                .setKeyId(key.id())
                .setStartTime(
                    Timestamp.newBuilder()
                        .setSeconds(Instant.now().minus(Duration.ofHours(1)).getEpochSecond()))
                .setBucketSize(UsageBucketSize.USAGE_BUCKET_SIZE_MINUTE)
                .build())
        .getTotal()
        .getAllowed();
  }
}
