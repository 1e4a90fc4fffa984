package dev.latchkey.harness.faults;

import com.google.protobuf.Duration;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** One key with a limit, asked on all nodes at once, 600 times a second, for more than it may. */
final class SharedLimits implements Scenario {
  private static final int AT_ONCE = 4;
  private static final java.time.Duration APART = java.time.Duration.ofMillis(20);
  private static final double OVER = 0.01;
  private static final java.time.Duration TOGETHER = java.time.Duration.ofSeconds(2);
  private static final String LATE = "latchkey_limits_redis_late_total";
  private static final String ALONE = "latchkey_limits_local_decisions_total";

  @Override
  public String name() {
    return "limits-across-nodes";
  }

  @Override
  public String fault() {
    return "a limit drawn from on all nodes at once";
  }

  @Override
  public void run(Course course) {
    int amount = course.form().choose(500, 10_000);
    course.before();
    course.checkAtMost(
        "until all nodes count together", Nodes.awaitSharedLimits(course.fleet()), TOGETHER);
    double late = Nodes.sum(course.fleet(), LATE);
    double alone = Nodes.sum(course.fleet(), ALONE);
    TrackedKey key =
        Ground.key(
            course.fleet().operator(1),
            course.ground().environment(),
            request ->
                request.addRateLimits(
                    RateLimit.newBuilder()
                        .setName("data")
                        .setAmount(amount)
                        .setWindow(Duration.newBuilder().setSeconds(3_600))));
    long admitted = 0;
    int rounds = 2 * amount / (AT_ONCE * course.nodes().size()) + 1;
    Pace pace = new Pace(APART);
    for (int round = 0; round < rounds; round++) {
      pace.await(round);
      List<CompletableFuture<CallAnswer>> answers =
          course.nodes().stream()
              .flatMap(node -> IntStream.range(0, AT_ONCE).mapToObj(i -> node.ask(key.secret())))
              .toList();
      admitted +=
          answers.stream().filter(answer -> answer.join() instanceof CallAnswer.Allowed).count();
    }
    course.during(course.figures());
    course.note(
        "beside it %,.0f answers of Redis were late, %,.0f decisions local"
            .formatted(
                Nodes.sum(course.fleet(), LATE) - late, Nodes.sum(course.fleet(), ALONE) - alone));
    course.check(
        "of %,d admitted at most 1 %% more, on %d nodes".formatted(amount, course.nodes().size()),
        "%,d".formatted(admitted),
        admitted <= amount * (1 + OVER));
    course.check("and at least 99 %", "%,d".formatted(admitted), admitted >= amount * (1 - OVER));
  }
}
