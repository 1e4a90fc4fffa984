package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every key-service node and every edge is stopped (SIGTERM) and started, one after the other. */
final class RollingRestart implements Scenario {
  @Override
  public String name() {
    return "rolling-restart";
  }

  @Override
  public String fault() {
    return "rolling restart of all nodes and edges";
  }

  @Override
  public void run(Course course) {
    course.before();
    List<Party> all = new ArrayList<>(course.fleet().nodes(Party.Kind.KEY_SERVICE));
    all.addAll(course.fleet().nodes(Party.Kind.EDGE));
    for (Party party : all) {
      ServiceProcess node = course.fleet().node(party);
      node.stop();
      node.start();
      node.awaitReady(Duration.ofMinutes(1));
      // A deployment waits until a node is ready, and some time more, in which its code is
      // compiled.
      course.traffic().pause(course.form().choose(Duration.ofMillis(500), Duration.ofSeconds(20)));
    }
    Figures during = course.figures();
    course.during(during);
    course.checkAtMost("failed calls of clients that ask another node", during.failedCalls(), 0);
  }
}
