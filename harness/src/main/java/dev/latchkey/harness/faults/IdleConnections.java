package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.Crowd;
import dev.latchkey.harness.attack.Oversize;
import dev.latchkey.harness.fleet.Party;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Many connections to both listeners that say nothing, and some that say one byte a second: before
 * the HTTP/2 preface is whole, in the headers of a call, in the headers of a request. They must all
 * be closed when {@code docs/limits.md} says so, and the service goes on.
 */
final class IdleConnections implements Scenario {
  private static final Duration STEP = Duration.ofSeconds(1);

  /** The time that is documented is met this much later at most, on a busy machine. */
  private static final Duration LATE = Duration.ofSeconds(4);

  private static final Duration GRPC_START = Duration.ofSeconds(10);
  private static final Duration GRPC_SILENCE = Duration.ofSeconds(30);
  private static final Duration HTTP_HEADERS = Duration.ofSeconds(10);
  private static final Duration HTTP_SILENCE = Duration.ofSeconds(30);
  private static final byte[] NOTHING = {};

  /** Some connections of one kind, and when they must be closed. */
  private static final class Group {
    private final String what;
    private final Crowd crowd;
    private final Duration limit;
    private final long opened = System.nanoTime();
    private final int count;
    private Duration closed = Duration.ZERO;

    Group(String what, Duration limit, Crowd crowd) {
      this.what = what;
      this.limit = limit;
      this.crowd = crowd;
      this.count = crowd.open();
    }

    /** Sends a byte and looks who is still there; false once none is. */
    boolean step() {
      crowd.trickle();
      if (closed.isZero() && crowd.open() == 0) {
        closed = Duration.ofNanos(System.nanoTime() - opened);
      }
      return closed.isZero();
    }
  }

  @Override
  public String name() {
    return "idle-connections";
  }

  @Override
  public String fault() {
    return "slow-loris and idle connections on both listeners";
  }

  @Override
  public boolean mostlyWaits() {
    return true;
  }

  @Override
  public void run(Course course) {
    int idle = course.form().choose(450, 4_500);
    int slow = course.form().choose(50, 500);
    Figures before = course.before();
    int grpc = course.fleet().port(Party.keyService(1));
    int http = course.fleet().port(Party.edge(1));
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] request =
        "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-Slow: %s"
            .formatted("s".repeat(100))
            .getBytes(StandardCharsets.US_ASCII);
    List<Group> groups = new ArrayList<>();
    try {
      groups.add(new Group("silent, gRPC", GRPC_START, Crowd.of(grpc, idle, NOTHING)));
      groups.add(new Group("silent, HTTP", HTTP_SILENCE, Crowd.of(http, idle, NOTHING)));
      groups.add(new Group("slow preface, gRPC", GRPC_START, Crowd.of(grpc, slow, preface)));
      groups.add(
          new Group(
              "slow headers, gRPC",
              GRPC_SILENCE,
              Crowd.of(grpc, slow, Oversize.longHeaders()).begin(Oversize.opening())));
      groups.add(new Group("slow headers, HTTP", HTTP_HEADERS, Crowd.of(http, slow, request)));
      watch(course, groups);
    } finally {
      groups.forEach(group -> group.crowd.close());
    }
    Figures during = course.figures();
    course.during(during);
    check(course, groups, 2 * (idle + slow));
    course.checkAtMost("failed calls", during.failedCalls(), 0);
    course.checkTwice(before, during, course.form().crowded());
  }

  private static void watch(Course course, List<Group> groups) {
    long end = System.nanoTime() + HTTP_SILENCE.plus(LATE).plus(LATE).toNanos();
    boolean some = true;
    while (some && System.nanoTime() - end < 0) {
      course.traffic().pause(STEP);
      some = false;
      for (Group group : groups) {
        some |= group.step();
      }
    }
  }

  private static void check(Course course, List<Group> groups, int wanted) {
    int opened = groups.stream().mapToInt(group -> group.count).sum();
    course.check(
        "at least %,d connections at once".formatted(wanted),
        "%,d".formatted(opened),
        opened >= wanted);
    for (Group group : groups) {
      course.check(
          "%s: closed after %s".formatted(group.what, Report.text(group.limit)),
          group.closed.isZero() ? group.crowd.open() + " still open" : Report.text(group.closed),
          !group.closed.isZero() && group.closed.compareTo(group.limit.plus(LATE)) <= 0);
    }
  }
}
