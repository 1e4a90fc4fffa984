package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.fleet.TcpProxy;
import dev.latchkey.harness.platform.Await;
import java.time.Duration;
import java.util.List;

/**
 * No key-service node reaches the database. Within the trust window and the grace known keys go on;
 * beyond there is no decision any more, and never a denial.
 */
final class DatabaseCut implements Scenario {
  private static final Duration RECOVERY = Duration.ofSeconds(2);
  private static final Duration NOTICED = Duration.ofSeconds(3);
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final boolean beyondGrace;

  /**
   * One of the two rows.
   *
   * @param beyondGrace whether it is cut for longer than the nodes go on
   */
  DatabaseCut(boolean beyondGrace) {
    this.beyondGrace = beyondGrace;
  }

  @Override
  public String name() {
    return beyondGrace ? "database-cut-long" : "database-cut";
  }

  @Override
  public String fault() {
    return beyondGrace ? "database cut for longer than the grace" : "database cut";
  }

  @Override
  public void run(Course course) {
    Form form = course.form();
    Propagation.onlyDenied(course);
    TrackedKey revoked = course.ground().key();
    Propagation.awaitKnown(course, List.of(revoked));
    course.before();
    // The standby keeps its way to the primary: PostgreSQL looks for a lost one every five seconds,
    // and commits wait for it, whatever its clients do.
    for (Party.Kind service : List.of(Party.Kind.KEY_SERVICE, Party.Kind.TENANT_SERVICE)) {
      course.fleet().links().between(service, Party.Kind.POSTGRES).forEach(TcpProxy::cut);
    }
    long cut = System.nanoTime();
    Figures during =
        course.during(
            beyondGrace
                ? form.grace().minusSeconds(1)
                : form.choose(Duration.ofSeconds(4), Duration.ofSeconds(30)));
    course.checkAtMost("failed calls of known keys", during.failedCalls(), 0);
    if (beyondGrace) {
      awaitRefusal(course);
      Duration after = Duration.ofNanos(System.nanoTime() - cut);
      course.check(
          "UNAVAILABLE on every node at most %s after trust window and grace"
              .formatted(Report.text(NOTICED)),
          "%s after the cut".formatted(Report.text(after)),
          after.compareTo(form.trustWindow().plus(form.grace()).plus(NOTICED)) <= 0);
      var _ = course.measure(Duration.ofSeconds(1));
      course.checkAtMost(
          "decision about good keys",
          Propagation.notAnswered(course, course.truth().good(), CallAnswer.Failed.class),
          0);
    }
    course.fleet().links().heal();
    recover(course, revoked, System.nanoTime());
  }

  /** Decisions, writes of every node and what the nodes tell each other go on again. */
  private static void recover(Course course, TrackedKey revoked, long healed) {
    course.checkAtMost("every node writes again", Nodes.awaitWrites(course), RECOVERY);
    revoked.changing();
    Change.revoke(course.fleet().operator(1), revoked);
    revoked.denied();
    course.checkAtMost(
        "a revocation is known on all nodes",
        Propagation.await(course, List.of(revoked), LONGEST),
        RECOVERY);
    Duration working = Duration.ofNanos(System.nanoTime() - healed);
    Duration decided = course.recoveredSince(healed);
    course.checkAtMost("from then on no failed call", decided, RECOVERY);
    course.recovery(working.compareTo(decided) > 0 ? working : decided);
  }

  private static void awaitRefusal(Course course) {
    TrackedKey key = course.truth().good().getFirst();
    for (Asker node : course.nodes()) {
      Await.until(
          course.form().trustWindow().plus(course.form().grace()).plusSeconds(20),
          () ->
              node.ask(key.secret()).join() instanceof CallAnswer.Failed(var kind, _)
                  && "UNAVAILABLE".equals(kind),
          () -> node.name() + " still decides");
    }
  }
}
