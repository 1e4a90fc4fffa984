package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.SmallDisk;
import dev.latchkey.harness.fleet.Deployment;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.fleet.PostgresServer;
import dev.latchkey.harness.platform.Await;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The database's disk is full. At first PostgreSQL refuses what needs more room; then its
 * write-ahead log finds none, and the server ends itself. Once there is room again it is started,
 * as any supervisor would, and nothing else is done by hand.
 */
final class DiskFull implements Scenario {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration RECOVERY = Duration.ofSeconds(10);
  private static final int AT_ONCE = 8;

  @Override
  public String name() {
    return "disk-full";
  }

  @Override
  public String fault() {
    return "disk of the database full";
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
    Propagation.onlyDenied(course);
    course.before();
    List<TrackedKey> made = new ArrayList<>();
    Set<String> refusals = new TreeSet<>();
    made.addAll(write(course, refusals));
    TrackedKey revoked = made.getFirst();
    Propagation.awaitKnown(course, List.of(revoked));
    revoked.changing();
    Change.revoke(course.fleet().operator(1), revoked);
    revoked.denied();

    course.fleet().disk().fill();
    Await.until(
        LIMIT,
        () -> {
          made.addAll(write(course, refusals));
          return !refusals.isEmpty();
        },
        () -> "keys are still made on a full disk: " + made.size());
    made.addAll(write(course, refusals));
    checkGoesOn(course, "while it fills", course.figures());
    Figures full =
        course.during(course.form().choose(Duration.ofSeconds(2), Duration.ofSeconds(20)));
    checkGoesOn(course, "with the disk full", full);

    endServer(course.fleet().postgres().primary());
    checkGoesOn(course, "while the server ends", course.figures());
    Figures down = course.measure(Duration.ofSeconds(3));
    checkGoesOn(course, "with the server ended by it", down);
    made.addAll(write(course, refusals));
    checkGoesOn(course, "while writes are tried without a server", course.figures());
    course.check(
        "writes are refused with UNAVAILABLE",
        String.join(", ", refusals),
        refusals.stream().allMatch(refusal -> refusal.startsWith(Status.Code.UNAVAILABLE.name())));

    course.fleet().disk().free();
    course.fleet().postgres().primary().awaitReady();
    Duration recovery = Nodes.awaitWrites(course);
    course.recovery(recovery);
    checkGoesOn(course, "while it comes back", course.figures());
    course.checkAtMost("every node writes again after the server is back", recovery, RECOVERY);
    made.remove(revoked);
    course.checkAtMost(
        "acknowledged key lost, of %,d".formatted(made.size()),
        Propagation.notAnswered(course, made, CallAnswer.Allowed.class),
        0);
    course.checkAtMost(
        "acknowledged revocation lost",
        Propagation.notAnswered(course, List.of(revoked), CallAnswer.Denied.class),
        0);
  }

  private static void checkGoesOn(Course course, String when, Figures figures) {
    course.check(
        "known keys go on %s: no failed call".formatted(when),
        figures.failedCalls() == 0 ? "0" : figures.failed().toString(),
        figures.failedCalls() == 0);
  }

  /** Tries to make some keys on each node; gives those that were acknowledged. */
  private static List<TrackedKey> write(Course course, Set<String> refusals) {
    int nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE).size();
    List<TrackedKey> made = new ArrayList<>();
    for (Attempt attempt :
        Ground.all(AT_ONCE, AT_ONCE * nodes, i -> Attempt.create(course, i % nodes + 1))) {
      switch (attempt) {
        case Attempt.Made(var key) -> made.add(key);
        case Attempt.Refused(var code, var reason) -> refusals.add("%s %s".formatted(code, reason));
      }
    }
    return made;
  }

  /** Has the write-ahead log go on to another file until there is no room for one. */
  private static void endServer(PostgresServer server) {
    Await.until(
        LIMIT,
        () -> {
          if (server.isRunning()) {
            try {
              server.execute(
                  "postgres",
                  "SELECT pg_switch_wal()",
                  "SELECT pg_logical_emit_message(false, 'fault', 'full')");
            } catch (IllegalStateException refused) {
              return !server.isRunning();
            }
          }
          return !server.isRunning();
        },
        () -> "the server goes on with a full disk");
  }
}
