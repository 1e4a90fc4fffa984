package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Deployment;
import dev.latchkey.harness.fleet.Fleet;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.kit.secret.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A fleet with steady load on it: what scenarios of equal deployments share. */
final class Stage implements AutoCloseable {
  private static final int GRPC_CLIENTS = 3;
  private static final int HTTP_CLIENTS = 1;
  private static final int KEYS = 200;
  private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(4);
  private static final Duration LONGEST_UNREST = Duration.ofSeconds(60);

  private final Form form;
  private final Fleet fleet;
  private final Standstills standstills = new Standstills();
  private final Truth truth = new Truth(standstills);
  private final Ground ground;
  private Duration warmUp = Duration.ZERO;
  private final Traffic traffic;
  private final List<Asker> nodes;

  private Stage(Fleet fleet, Form form) {
    this.form = form;
    this.fleet = fleet;
    this.ground = new Ground(fleet.operator(1));
    truth.addGood(ground.keys(KEYS));
    this.nodes = nodes(fleet);
    standstills.start();
    this.traffic = new Traffic(truth, clients(fleet), form.callsPerSecond());
  }

  /** Starts a fleet, makes keys, and begins with the load. */
  static Stage open(Deployment deployment, Form form) {
    Fleet fleet = Fleet.start(deployment);
    try {
      Stage stage = new Stage(fleet, form);
      stage.traffic.start();
      stage.awaitRest();
      stage.warmUp();
      return stage;
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /** A way to each key-service node that always asks for {@link Ground#SCOPE}. */
  private static List<Asker> nodes(Fleet fleet) {
    Secret caller = fleet.operatorKey();
    List<Asker> nodes = new ArrayList<>();
    for (Party node : fleet.nodes(Party.Kind.KEY_SERVICE)) {
      nodes.add(
          new GrpcAsker(
              node.toString(),
              fleet.target(node),
              caller,
              CALL_LIMIT,
              request -> request.addRequiredScopes(Ground.SCOPE)));
    }
    return nodes;
  }

  private static List<List<Asker>> clients(Fleet fleet) {
    List<List<Asker>> clients = new ArrayList<>();
    for (int i = 0; i < GRPC_CLIENTS; i++) {
      clients.add(nodes(fleet));
    }
    List<Party> edges = fleet.nodes(Party.Kind.EDGE);
    for (int i = 0; i < HTTP_CLIENTS && !edges.isEmpty(); i++) {
      List<Asker> nodes = new ArrayList<>();
      for (Party node : edges) {
        nodes.add(new HttpAsker(node.toString(), fleet.target(node), CALL_LIMIT));
      }
      clients.add(nodes);
    }
    return clients;
  }

  /** Makes all well again after a scenario, and waits until the load shows it. */
  void heal() {
    fleet.heal();
    awaitRest();
    truth.allowLateness(Truth.USUAL_BOUND);
  }

  private void awaitRest() {
    traffic.pause(form.quiet());
    Await.until(
        LONGEST_UNREST,
        () -> System.nanoTime() - traffic.lastFailure() > form.quiet().toNanos(),
        () -> "calls still fail on a fleet without faults: " + traffic.cut().failed());
  }

  /**
   * Waits until calls are fast for some seconds on end: what JVMs that have just started do slowly,
   * and their compilers beside it, is not what is measured.
   */
  private void warmUp() {
    long start = System.nanoTime();
    int warmSeconds = 0;
    while (warmSeconds < form.warmSeconds() && warmUp.compareTo(LONGEST_WARM_UP) < 0) {
      Figures figures = traffic.measure(STEP);
      boolean warm = figures.failedCalls() == 0 && figures.p99().compareTo(form.warm()) <= 0;
      warmSeconds = warm ? warmSeconds + 1 : 0;
      warmUp = Duration.ofNanos(System.nanoTime() - start);
    }
  }

  /** How long it took until calls were as fast as usual, or until that was no longer waited for. */
  Duration warmUpTime() {
    return warmUp;
  }

  Fleet fleet() {
    return fleet;
  }

  Truth truth() {
    return truth;
  }

  Ground ground() {
    return ground;
  }

  Traffic traffic() {
    return traffic;
  }

  List<Asker> nodes() {
    return nodes;
  }

  @Override
  public void close() {
    traffic.close();
    nodes.forEach(Asker::close);
    standstills.close();
    fleet.close();
  }
}
