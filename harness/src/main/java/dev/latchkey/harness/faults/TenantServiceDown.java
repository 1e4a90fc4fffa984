package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.fleet.TcpProxy;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.ServiceProcess;
import dev.latchkey.proto.tenancy.v1.SuspendEnvironmentRequest;
import java.time.Duration;
import java.util.List;

/**
 * tenant-service is killed and comes back. Authenticate does not need it, and neither does a
 * revocation, which reaches every node meanwhile. A change of the tenancy of which no node can have
 * heard, because the ways to its only messenger were cut before, is known when both are back; and
 * so is one that is made as soon as they are.
 */
final class TenantServiceDown implements Scenario {
  private static final int KEYS = 6;
  private static final Duration LONGEST = Duration.ofSeconds(20);

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
    String unheard = Ground.environment(project, operator);
    String after = Ground.environment(project, operator);
    List<TrackedKey> unheardKeys = keys(course, operator, unheard);
    List<TrackedKey> afterKeys = keys(course, operator, after);
    List<TrackedKey> revoked = keys(course, operator, course.ground().environment());
    afterKeys.forEach(course.truth()::add);
    revoked.forEach(course.truth()::add);
    course.before();
    ServiceProcess service = course.fleet().node(Party.tenantService(1));
    course
        .fleet()
        .links()
        .between(Party.Kind.KEY_SERVICE, Party.Kind.TENANT_SERVICE)
        .forEach(TcpProxy::cut);
    suspend(operator, unheard, unheardKeys);
    service.kill();
    Duration time = course.form().choose(Duration.ofSeconds(4), Duration.ofSeconds(60));
    Figures down = course.during(time.dividedBy(2));
    course.checkAtMost(
        "last node to know a revocation while it is down",
        revoke(course, revoked),
        Truth.USUAL_BOUND);
    course.traffic().pause(time.dividedBy(2));
    Figures stillDown = course.figures();
    course.checkAtMost(
        "failed Authenticate while it is down", down.failedCalls() + stillDown.failedCalls(), 0);
    course.checkAtMost(
        "node that knows a suspension of which none can have heard",
        Propagation.notAnswered(course, unheardKeys, CallAnswer.Allowed.class),
        0);
    service.start();
    service.awaitReady(Duration.ofMinutes(1));
    course.fleet().links().heal();
    long back = System.nanoTime();
    // Nodes that are not connected yet hear of it when they are.
    Duration bound = course.form().trustWindow().plus(Truth.USUAL_BOUND);
    course.truth().allowLateness(bound);
    // What was acknowledged long ago can be known from now on.
    unheardKeys.forEach(TrackedKey::denied);
    unheardKeys.forEach(course.truth()::add);
    suspend(operator, after, afterKeys);
    course.checkAtMost(
        "last node to know the suspension of before",
        Propagation.await(course, unheardKeys, LONGEST),
        bound);
    course.checkAtMost(
        "last node to know the one made when it was back",
        Propagation.await(course, afterKeys, LONGEST),
        bound);
    course.checkAtMost("failed Authenticate from then on", course.figures().failedCalls(), 0);
    course.recovery(Duration.ofNanos(Math.max(0, course.traffic().lastFailure() - back)));
  }

  /** Revokes keys, on each node in turn, and gives the longest time until all nodes knew. */
  private static Duration revoke(Course course, List<TrackedKey> keys) {
    int nodes = course.nodes().size();
    Duration longest = Duration.ZERO;
    for (int i = 0; i < keys.size(); i++) {
      TrackedKey key = keys.get(i);
      key.changing();
      Change.revoke(course.fleet().operator(i % nodes + 1), key);
      key.denied();
      Duration late = Propagation.await(course, List.of(key), LONGEST);
      longest = late.compareTo(longest) > 0 ? late : longest;
    }
    return longest;
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
