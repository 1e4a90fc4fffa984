package dev.latchkey.harness.faults;

import com.google.protobuf.Duration;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** One key with a limit, asked on all nodes at once for much more than it may. */
final class SharedLimits implements Scenario {
  private static final int AT_ONCE = 30;
  private static final double OVER = 0.01;

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
    int rounds = 3 * amount / (AT_ONCE * course.nodes().size()) + 1;
    for (int round = 0; round < rounds; round++) {
      List<CompletableFuture<CallAnswer>> answers =
          course.nodes().stream()
              .flatMap(node -> IntStream.range(0, AT_ONCE).mapToObj(i -> node.ask(key.secret())))
              .toList();
      admitted +=
          answers.stream().filter(answer -> answer.join() instanceof CallAnswer.Allowed).count();
    }
    course.during(course.figures());
    course.check(
        "of %,d admitted at most 1 %% more, on %d nodes".formatted(amount, course.nodes().size()),
        "%,d".formatted(admitted),
        admitted <= amount * (1 + OVER));
    course.check("and at least 99 %", "%,d".formatted(admitted), admitted >= amount * (1 - OVER));
  }
}
