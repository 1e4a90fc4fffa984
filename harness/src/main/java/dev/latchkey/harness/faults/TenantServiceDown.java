package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.ServiceProcess;
import dev.latchkey.proto.tenancy.v1.SuspendEnvironmentRequest;
import java.time.Duration;
import java.util.List;

/**
 * tenant-service is killed and comes back. Authenticate does not need it; a change made as soon as
 * it is back reaches every node, and so does one that it committed in the moment before. That one
 * is not part of the load: whom it had not reached when its only messenger died knows of it when
 * that is back.
 */
final class TenantServiceDown implements Scenario {
  private static final int KEYS = 6;

  @Override
  public String name() {
    return "tenant-service-down";
  }

  @Override
  public String fault() {
    return "tenant-service killed, back";
  }

  @Override
  public void run(Course course) {
    Clients operator = course.fleet().operator(1);
    String project = Ground.project(Ground.organization(operator), operator);
    String late = Ground.environment(project, operator);
    String after = Ground.environment(project, operator);
    List<TrackedKey> lateKeys = keys(course, operator, late);
    List<TrackedKey> afterKeys = keys(course, operator, after);
    afterKeys.forEach(course.truth()::add);
    course.before();
    ServiceProcess service = course.fleet().node(Party.tenantService(1));
    suspend(operator, late, lateKeys);
    service.kill();
    Figures down =
        course.during(course.form().choose(Duration.ofSeconds(5), Duration.ofSeconds(60)));
    course.checkAtMost("failed Authenticate while it is down", down.failedCalls(), 0);
    service.start();
    service.awaitReady(Duration.ofMinutes(1));
    long back = System.nanoTime();
    // Nodes that are not connected yet hear of it when they are, or read through.
    Duration bound = course.form().trustWindow().plus(Truth.USUAL_BOUND);
    course.truth().allowLateness(bound);
    suspend(operator, after, afterKeys);
    course.checkAtMost(
        "last node to know the change made when it was back",
        Propagation.await(course, afterKeys, Duration.ofSeconds(10)),
        bound);
    course.checkAtMost(
        "keys still good of a change made just before it was killed",
        Propagation.stillAllowed(course, lateKeys),
        0);
    course.recovery(Duration.ofNanos(Math.max(0, course.traffic().lastFailure() - back)));
  }

  private static List<TrackedKey> keys(Course course, Clients operator, String node) {
    List<TrackedKey> keys = Ground.all(KEYS, i -> Ground.key(operator, node, request -> request));
    Propagation.awaitKnown(course, keys);
    return keys;
  }

  private static void suspend(Clients operator, String environment, List<TrackedKey> keys) {
    keys.forEach(TrackedKey::changing);
    var _ =
        operator
            .environments()
            .suspendEnvironment(SuspendEnvironmentRequest.newBuilder().setId(environment).build());
    keys.forEach(TrackedKey::denied);
  }
}
