package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.Samples;
import dev.latchkey.harness.attack.Vitals;
import dev.latchkey.harness.fleet.Fleet;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.Await;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What the key-service nodes of a fleet tell of themselves, and take of the machine. */
final class Nodes {
  private static final Duration CREATE_LIMIT = Duration.ofSeconds(60);
  private static final Duration SHARED_LIMIT = Duration.ofSeconds(10);

  private Nodes() {}

  /** The sum of a metric over all nodes. */
  static double sum(Fleet fleet, String metric) {
    return fleet.nodes(Party.Kind.KEY_SERVICE).stream()
        .mapToDouble(node -> Samples.sum(fleet.node(node).metrics(), metric))
        .sum();
  }

  /** Waits until all nodes say that they count limits together, and gives how long that took. */
  static Duration awaitSharedLimits(Fleet fleet) {
    long start = System.nanoTime();
    Await.until(
        SHARED_LIMIT,
        () -> sum(fleet, "latchkey_limits_redis_open") == 0,
        () -> "nodes still count limits alone");
    return Duration.ofNanos(System.nanoTime() - start);
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

  /** Waits until each node has made a key, and gives how long that took. */
  static Duration awaitWrites(Course course) {
    long start = System.nanoTime();
    for (Party node : course.fleet().nodes(Party.Kind.KEY_SERVICE)) {
      Await.until(
          CREATE_LIMIT,
          () -> Attempt.create(course, node.number()) instanceof Attempt.Made,
          () -> node + " makes no keys: " + Attempt.create(course, node.number()));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
