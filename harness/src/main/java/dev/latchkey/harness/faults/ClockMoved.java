package dev.latchkey.harness.faults;

import com.google.protobuf.Timestamp;
import dev.latchkey.harness.attack.MovedClock;
import dev.latchkey.harness.attack.SmallDisk;
import dev.latchkey.harness.fleet.Deployment;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.proto.keys.v1.Credits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The wall clock of one of two nodes is set an hour ahead, and back. A key that ends in half an
 * hour is refused there meanwhile: that is the clock's own effect. Nothing else may change.
 */
final class ClockMoved implements Scenario {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMinutes(30);
  private static final Duration LIMIT = Duration.ofSeconds(15);

  /** Longer than the trust window of the short form: by which clock it goes would show. */
  private static final Duration BEYOND_TRUST = Duration.ofSeconds(3);

  private static final int UNITS = 5;

  @Override
  public String name() {
    return "clock-moved";
  }

  @Override
  public String fault() {
    return "clock of one node set 1 h ahead, and back";
  }

  @Override
  public Deployment deployment(Form form) {
    return Deployments.smallDiskAndMovedClock(form);
  }

  @Override
  public String missing() {
    return SmallDisk.missing();
  }

  @Override
  public void run(Course course) {
    MovedClock clock = MovedClock.in(course.fleet().folder());
    Asker right = course.nodes().getFirst();
    Asker moved = course.nodes().getLast();
    TrackedKey ending = ending(course, SOON);
    TrackedKey ended = ending(course, Duration.ofSeconds(2));
    TrackedKey limited = limited(course);
    TrackedKey paid = paid(course);
    Propagation.awaitKnown(course, List.of(ending));
    Await.until(
        LIMIT, () -> isDenied(right, ended) && isDenied(moved, ended), () -> "a key does not end");
    long taken = allowed(moved, limited) + allowed(moved, paid) + allowed(right, paid);
    course.check(
        "what is limited to %d each is used up".formatted(UNITS),
        "%d of %d".formatted(taken, 2 * UNITS),
        taken == 2 * UNITS);
    course.truth().forgetChanged();
    course.before();

    clock.set(HOUR);
    Await.until(LIMIT, () -> isDenied(moved, ending), () -> "the clock does not move");
    Figures during = course.during(course.form().choose(BEYOND_TRUST, LIMIT));
    course.checkAtMost("failed calls", during.failedCalls(), 0);
    course.checkAtMost("denials of keys without an end", during.denied(), 0);
    checkOthers(course, "ahead", right, moved, ending, ended);
    checkUsedUp(course, "ahead", right, moved, limited, paid);
    checkPropagation(course, "ahead");

    course.truth().forgetChanged();
    clock.set(Duration.ZERO);
    long back = System.nanoTime();
    Await.until(LIMIT, () -> !isDenied(moved, ending), () -> "the clock does not move back");
    course.recovery(Duration.ofNanos(System.nanoTime() - back));
    Figures after = course.measure(Duration.ofSeconds(2));
    course.checkAtMost("failed calls after", after.failedCalls(), 0);
    course.checkAtMost("denials after of keys without an end", after.denied(), 0);
    checkOthers(course, "back", right, moved, ending, ended);
    checkUsedUp(course, "back", right, moved, limited, paid);
    checkPropagation(course, "back");
  }

  private static void checkOthers(
      Course course, String when, Asker right, Asker moved, TrackedKey ending, TrackedKey ended) {
    course.check(
        when + ": the other node allows a key that ends in half an hour",
        isDenied(right, ending) ? "denied" : "allowed",
        !isDenied(right, ending));
    course.check(
        when + ": no node allows a key that has ended",
        isDenied(right, ended) && isDenied(moved, ended) ? "denied" : "allowed",
        isDenied(right, ended) && isDenied(moved, ended));
  }

  /** Limits go by the monotonic clock, and midnight comes once. */
  private static void checkUsedUp(
      Course course, String when, Asker right, Asker moved, TrackedKey limited, TrackedKey paid) {
    course.checkAtMost(
        "call more of a key whose limit of an hour is used up, " + when,
        allowed(moved, limited),
        0);
    course.checkAtMost(
        "call more of a key without credits, " + when,
        allowed(moved, paid) + allowed(right, paid),
        0);
  }

  private static void checkPropagation(Course course, String when) {
    Duration last = Duration.ZERO;
    for (int node = 1; node <= 2; node++) {
      TrackedKey key = course.ground().key();
      Propagation.awaitKnown(course, List.of(key));
      course.truth().add(key);
      key.changing();
      Change.revoke(course.fleet().operator(node), key);
      key.denied();
      Duration late = Propagation.await(course, List.of(key), LIMIT);
      last = late.compareTo(last) > 0 ? late : last;
    }
    course.checkAtMost(
        when + ": a revocation of either node is known to both", last, Truth.USUAL_BOUND);
  }

  private static TrackedKey ending(Course course, Duration in) {
    Instant end = Instant.now().plus(in);
    return Ground.key(
        course.fleet().operator(1),
        course.ground().environment(),
        request ->
            request.setExpireTime(Timestamp.newBuilder().setSeconds(end.getEpochSecond()).build()));
  }

  private static TrackedKey limited(Course course) {
    return Ground.limited(course.fleet().operator(1), course.ground().environment(), UNITS);
  }

  private static TrackedKey paid(Course course) {
    return Ground.key(
        course.fleet().operator(1),
        course.ground().environment(),
        request -> request.setCredits(Credits.newBuilder().setRemaining(UNITS)));
  }

  /** How many of twice the units are allowed on a node. */
  private static long allowed(Asker node, TrackedKey key) {
    return IntStream.range(0, 2 * UNITS)
        .filter(_ -> node.ask(key.secret()).join() instanceof CallAnswer.Allowed)
        .count();
  }

  private static boolean isDenied(Asker node, TrackedKey key) {
    return node.ask(key.secret()).join() instanceof CallAnswer.Denied;
  }
}
