package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One key with a limit for an hour, asked on all nodes at once, 200 times a second on each. For one
 * thread.
 */
final class Draws {
  private static final int AT_ONCE = 4;
  private static final Duration APART = Duration.ofMillis(20);

  private final Course course;
  private final TrackedKey key;

  /**
   * Makes the key.
   *
   * @param amount how often it may be asked
   */
  Draws(Course course, int amount) {
    this.course = course;
    this.key = Ground.limited(course.fleet().operator(1), course.ground().environment(), amount);
  }

  /** Asks at least so many times, and gives how often that was admitted. */
  long ask(int times) {
    int inRound = AT_ONCE * course.nodes().size();
    Pace pace = new Pace(APART);
    long admitted = 0;
    for (int round = 0; round * inRound < times; round++) {
      pace.await(round);
      List<CompletableFuture<CallAnswer>> answers =
          course.nodes().stream()
              .flatMap(node -> IntStream.range(0, AT_ONCE).mapToObj(i -> node.ask(key.secret())))
              .toList();
      admitted +=
          answers.stream().filter(answer -> answer.join() instanceof CallAnswer.Allowed).count();
    }
    return admitted;
  }
}
