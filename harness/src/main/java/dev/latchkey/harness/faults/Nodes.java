package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.Samples;
import dev.latchkey.harness.attack.Vitals;
import dev.latchkey.harness.fleet.Fleet;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What the key-service nodes of a fleet tell of themselves, and take of the machine. */
final class Nodes {
  private static final Duration CREATE_LIMIT = Duration.ofSeconds(60);
  private static final Duration SHARED_LIMIT = Duration.ofSeconds(10);

  private static final int TOLD = 3;
  private static final String REDIS_OPEN = "latchkey_limits_redis_open";
  private static final String REDIS_NODES = "latchkey_limits_redis_nodes";

  private Nodes() {}

  /** The sum of a metric over all nodes. */
  static double sum(Fleet fleet, String metric) {
    return pages(fleet).stream().mapToDouble(page -> Samples.sum(page, metric)).sum();
  }

  /** The same for those of its samples that have a label, {@code outcome="unknown"}. */
  static double sum(Fleet fleet, String metric, String label) {
    return pages(fleet).stream().mapToDouble(page -> Samples.sum(page, metric, label)).sum();
  }

  /** What each node tells of itself. */
  private static List<String> pages(Fleet fleet) {
    return fleet.nodes(Party.Kind.KEY_SERVICE).stream()
        .map(node -> fleet.node(node).metrics())
        .toList();
  }

  /**
   * Waits until all nodes say that they ask Redis and hear there of all the others, and gives how
   * long that took.
   */
  static Duration awaitSharedLimits(Fleet fleet) {
    long start = System.nanoTime();
    int nodes = fleet.nodes(Party.Kind.KEY_SERVICE).size();
    Await.until(
        SHARED_LIMIT,
        () -> pages(fleet).stream().allMatch(page -> countsTogether(page, nodes)),
        () -> "nodes still count limits alone");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** How many nodes say that they do not ask Redis. */
  static long withoutRedis(Fleet fleet) {
    return pages(fleet).stream().filter(page -> Samples.sum(page, REDIS_OPEN) > 0).count();
  }

  /** Whether a node says that it counts limits with so many; one that says nothing does not. */
  static boolean countsTogether(String page, int nodes) {
    return Samples.find(page, REDIS_OPEN).equals(OptionalDouble.of(0))
        && Samples.find(page, REDIS_NODES).equals(OptionalDouble.of(nodes));
  }

  /** Bytes of objects in use, of each node by name. Each stands still while it counts. */
  static Map<String, Long> liveHeap(Fleet fleet) {
    Map<String, Long> heaps = new TreeMap<>();
    for (Party node : fleet.nodes(Party.Kind.KEY_SERVICE)) {
      heaps.put(node.toString(), Vitals.liveHeapBytes(fleet.node(node).handle()));
    }
    return heaps;
  }

  /** Resident bytes of each node by name. */
  static Map<String, Long> resident(Fleet fleet) {
    Map<String, Long> resident = new TreeMap<>();
    for (Party node : fleet.nodes(Party.Kind.KEY_SERVICE)) {
      resident.put(node.toString(), Vitals.residentBytes(fleet.node(node).handle()));
    }
    return resident;
  }

  /** The largest difference of one name. */
  static long mostGrowth(Map<String, Long> before, Map<String, Long> after) {
    return before.keySet().stream()
        .mapToLong(name -> after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L))
        .max()
        .orElse(0);
  }

  /** Waits until each node has made a key, all at once, and gives how long that took. */
  static Duration awaitWrites(Course course) {
    long start = System.nanoTime();
    List<Party> nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE);
    List<String> each =
        Ground.all(
            nodes.size(),
            nodes.size(),
            i -> {
              Party node = nodes.get(i);
              List<String> refusals = new ArrayList<>();
              Await.until(
                  CREATE_LIMIT, () -> writes(course, node, refusals), () -> node + ": " + refusals);
              Duration took = Duration.ofNanos(System.nanoTime() - start);
              return "%s writes after %s %s".formatted(node, Report.text(took), refusals);
            });
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    each.forEach(course::detail);
    return took;
  }

  private static boolean writes(Course course, Party node, List<String> refusals) {
    long start = System.nanoTime();
    Attempt attempt = Attempt.create(course, node.number());
    if (attempt instanceof Attempt.Refused(var code, var reason) && refusals.size() < TOLD) {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      refusals.add("%s %s after %s".formatted(code, reason, Report.text(took)));
    }
    return attempt instanceof Attempt.Made;
  }
}
