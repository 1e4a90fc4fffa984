package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.fleet.TcpProxy;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.Freshness;
import dev.latchkey.proto.tenancy.v1.SuspendEnvironmentRequest;
import java.time.Duration;
import java.util.List;

/**
 * The way from one node, or from all, to what their feeds come from swallows packets while the
 * connections stay up. The node must notice by itself that it hears nothing.
 */
final class HalfOpen implements Scenario {
  private static final int KEYS = 10;
  private static final Duration LATE = Duration.ofSeconds(1);

  /** The trust window's default: how long tenant-service may be silent is no setting. */
  private static final Duration TENANCY_WINDOW = Form.LONG.trustWindow();

  /** How long the node tries to read before it says that it cannot. */
  private static final Duration READING = Duration.ofSeconds(1);

  /** How long it takes reads to be done with connections that stall. */
  private static final Duration LEAVING_CONNECTIONS = Duration.ofSeconds(2);

  /** What swallows. */
  enum Way {
    /** The connections to the database that there are; new ones work. */
    ESTABLISHED("feed-stalled", "feed half-open: the node's connections to the database stall"),
    /** Everything between the node and the database. */
    DATABASE("database-half-open", "one node's way to the database half-open"),
    /** Everything between the node and tenant-service; it learns from what the others enter. */
    TENANCY("tenancy-half-open", "one node's way to tenant-service half-open"),
    /** The connections that all nodes have to tenant-service; new ones work. */
    TENANCY_ESTABLISHED(
        "tenancy-stalled", "feed half-open: all nodes' connections to tenant-service stall");

    private final String name;
    private final String fault;

    Way(String name, String fault) {
      this.name = name;
      this.fault = fault;
    }
  }

  private final Way way;

  HalfOpen(Way way) {
    this.way = way;
  }

  @Override
  public String name() {
    return way.name;
  }

  @Override
  public String fault() {
    return way.fault;
  }

  @Override
  public void run(Course course) {
    int last = course.fleet().nodes(Party.Kind.KEY_SERVICE).size();
    Party node = Party.keyService(last);
    Clients other = course.fleet().operator(1);
    Clients victim = course.fleet().operator(last);
    course.truth().forgetChanged();
    String environment =
        Ground.environment(Ground.project(Ground.organization(other), other), other);
    List<TrackedKey> keys =
        Ground.all(KEYS, i -> Ground.key(other, environment, request -> request));
    Propagation.awaitKnown(course, course.truth().good());
    Propagation.awaitKnown(course, keys);
    keys.forEach(course.truth()::add);
    course.before();
    Duration bound = bound(course.form());
    course.truth().allowLateness(bound);
    harm(course, node);
    long harmed = System.nanoTime();
    change(other, environment, keys);
    switch (way) {
      case ESTABLISHED, TENANCY, TENANCY_ESTABLISHED ->
          course.checkAtMost(
              way == Way.TENANCY_ESTABLISHED
                  ? "a suspension is known to every node"
                  : "changes made elsewhere are known to the node",
              worst(course, keys, bound.plusSeconds(5)),
              bound);
      case DATABASE -> awaitStale(course, victim, harmed);
    }
    course.during(course.figures());
    course.fleet().links().heal();
    long healed = System.nanoTime();
    course.truth().allowLateness(bound.plus(Duration.ofNanos(healed - harmed)));
    Duration arrived = worst(course, keys, Duration.ofNanos(healed - harmed).plusSeconds(20));
    course.checkAtMost(
        "after the end of it the node knows everything",
        arrived.minusNanos(healed - harmed).isNegative()
            ? Duration.ZERO
            : arrived.minusNanos(healed - harmed),
        course.form().trustWindow().plus(LATE));
    var _ = course.recoveredSince(healed);
    course.checkAtMost("failed calls", course.figures().failedCalls(), 0);
  }

  private Duration bound(Form form) {
    return switch (way) {
      case TENANCY -> form.trustWindow().plus(LATE);
      case TENANCY_ESTABLISHED -> TENANCY_WINDOW.plus(LATE);
      // From then on it reads, and each connection it finds stalled costs a read's time limit.
      case ESTABLISHED -> form.trustWindow().plus(LATE).plus(LEAVING_CONNECTIONS);
      // Without the database the node goes on with what it knows for the grace: that is promised.
      case DATABASE -> form.trustWindow().plus(form.grace()).plus(LATE);
    };
  }

  private void harm(Course course, Party node) {
    switch (way) {
      case ESTABLISHED ->
          course
              .fleet()
              .links()
              .from(node, Party.Kind.POSTGRES)
              .forEach(TcpProxy::stallEstablished);
      case DATABASE ->
          course.fleet().links().from(node, Party.Kind.POSTGRES).forEach(TcpProxy::halfOpen);
      case TENANCY ->
          course.fleet().links().from(node, Party.Kind.TENANT_SERVICE).forEach(TcpProxy::halfOpen);
      case TENANCY_ESTABLISHED ->
          course
              .fleet()
              .links()
              .between(Party.Kind.KEY_SERVICE, Party.Kind.TENANT_SERVICE)
              .forEach(TcpProxy::stallEstablished);
    }
  }

  private void change(Clients via, String environment, List<TrackedKey> keys) {
    if (way == Way.TENANCY || way == Way.TENANCY_ESTABLISHED) {
      keys.forEach(TrackedKey::changing);
      var _ =
          via.environments()
              .suspendEnvironment(
                  SuspendEnvironmentRequest.newBuilder().setId(environment).build());
      keys.forEach(TrackedKey::denied);
    } else {
      for (TrackedKey key : keys) {
        key.changing();
        Change.revoke(via, key);
        key.denied();
      }
    }
  }

  private static Duration worst(Course course, List<TrackedKey> keys, Duration limit) {
    return Propagation.await(course, keys, limit);
  }

  /**
   * Waits until the node says of its answers that they are made on old knowledge, or makes none.
   */
  private static void awaitStale(Course course, Clients victim, long since) {
    TrackedKey good = course.truth().good().getFirst();
    Duration bound = course.form().trustWindow().plus(LATE).plus(READING);
    Duration limit = bound.plusSeconds(10);
    Duration noticed = limit;
    while (System.nanoTime() - since < limit.toNanos() && noticed.equals(limit)) {
      AuthenticateResponse answer =
          victim
              .authentication()
              .authenticate(
                  AuthenticateRequest.newBuilder()
                      .setCredential(good.secret().reveal())
                      .setIncludeFreshness(true)
                      .build());
      Freshness freshness = answer.getFreshness();
      if (freshness.getStale()) {
        noticed = Duration.ofNanos(System.nanoTime() - since);
      }
      course.traffic().pause(Duration.ofMillis(20));
    }
    course.checkAtMost("the node says that it is stale", noticed, bound);
  }
}
