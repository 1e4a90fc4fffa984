package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.Flood;
import dev.latchkey.harness.attack.Texts;
import dev.latchkey.harness.attack.Vitals;
import dev.latchkey.harness.fleet.Fleet;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.harness.platform.Clients;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * No fault, but time: a mixed load of known and unknown keys, over gRPC and REST, with keys made,
 * changed and revoked. What each process takes of heap and file handles must stay as it is.
 */
final class Soak implements Scenario {
  private static final int SAMPLES = 20;
  private static final int UNKNOWN_PER_SECOND = 20;
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(500);

  /** Caches fill up, and the compiler works, in the beginning: so much is left out. */
  private static final double LEFT_OUT = 0.25;

  private static final double HEAP_GROWTH = 8 << 20;
  private static final double HANDLE_GROWTH = 10;

  private final Duration time;

  Soak(Duration time) {
    this.time = time;
  }

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String fault() {
    return "%d minutes of mixed load".formatted(time.toMinutes());
  }

  @Override
  public boolean isPartOf(Form form) {
    return form == Form.LONG;
  }

  @Override
  public void run(Course course) {
    Map<String, Trend> heaps = new TreeMap<>();
    Map<String, Trend> handles = new TreeMap<>();
    course.before();
    Figures during;
    long changes;
    Changer changer = new Changer(course);
    try (changer;
        Flood unknown = unknown(course)) {
      Duration step = time.dividedBy(SAMPLES);
      var _ = course.figures();
      long start = System.nanoTime();
      for (int i = 1; i <= SAMPLES; i++) {
        course.traffic().pause(Duration.ofNanos(start + i * step.toNanos() - System.nanoTime()));
        if (i > SAMPLES * LEFT_OUT) {
          sample(course.fleet(), System.nanoTime() - start, heaps, handles);
        }
      }
      during = course.figures();
      course.during(during);
      course.checkAtMost("unknown key allowed", unknown.allowed(), 0);
    }
    changes = changer.changes();
    course.checkAtMost("failed calls", during.failedCalls(), 0);
    course.check("keys were made, changed and revoked", "%,d".formatted(changes), changes > 0);
    heaps.forEach(
        (name, trend) ->
            course.check(
                "live heap of %s: trend ≤ 8 MiB over the time".formatted(name),
                "%+.1f MiB, %.1f at the end"
                    .formatted(trend.growth() / (1 << 20), trend.last() / (1 << 20)),
                trend.growth() <= HEAP_GROWTH));
    handles.forEach(
        (name, trend) ->
            course.check(
                "file handles of %s: trend ≤ 10 over the time".formatted(name),
                "%+.1f, %.0f at the end".formatted(trend.growth(), trend.last()),
                trend.growth() <= HANDLE_GROWTH));
  }

  private Flood unknown(Course course) {
    return Flood.start(
        course.fleet().target(Party.keyService(1)),
        course.fleet().operatorKey(),
        () -> Texts.wellFormed(course.truth().good().getFirst().secret()),
        UNKNOWN_PER_SECOND,
        time.plusMinutes(1));
  }

  private static void sample(
      Fleet fleet, long at, Map<String, Trend> heaps, Map<String, Trend> handles) {
    fleet
        .processes()
        .forEach(
            (name, process) -> {
              heaps
                  .computeIfAbsent(name, _ -> new Trend())
                  .add((double) at, (double) Vitals.liveHeapBytes(process));
              handles
                  .computeIfAbsent(name, _ -> new Trend())
                  .add((double) at, (double) Vitals.fileHandles(process));
            });
  }

  /** Figures over time, and the straight line through them. */
  private static final class Trend {
    private final List<double[]> points = new ArrayList<>();

    void add(double at, double value) {
      points.add(new double[] {at, value});
    }

    double last() {
      return points.getLast()[1];
    }

    /** How much the line of least squares rises from the first point to the last. */
    double growth() {
      double at = points.stream().mapToDouble(point -> point[0]).average().orElse(0);
      double value = points.stream().mapToDouble(point -> point[1]).average().orElse(0);
      double above =
          points.stream().mapToDouble(point -> (point[0] - at) * (point[1] - value)).sum();
      double below = points.stream().mapToDouble(point -> Math.pow(point[0] - at, 2)).sum();
      return below == 0 ? 0 : above / below * (points.getLast()[0] - points.getFirst()[0]);
    }
  }

  /** Makes, changes and revokes keys, each on another node in turn. */
  private static final class Changer implements AutoCloseable {
    private final Course course;
    private final Thread thread;
    private volatile boolean ending;
    private final AtomicLong changes = new AtomicLong();

    Changer(Course course) {
      this.course = course;
      this.thread = Thread.startVirtualThread(this::work);
    }

    private void work() {
      int nodes = course.fleet().nodes(Party.Kind.KEY_SERVICE).size();
      for (int i = 0; !ending; i++) {
        try {
          change(course.fleet().operator(i % nodes + 1));
        } catch (StatusRuntimeException e) {
          // A busy node sends management away first; the key's answer is not known then.
          course.note("a change was refused: " + e.getStatus());
          course.traffic().pause(BETWEEN_CHANGES);
        }
      }
    }

    private void change(Clients via) {
      TrackedKey key = course.ground().key();
      course.truth().add(key);
      course.traffic().pause(BETWEEN_CHANGES);
      key.changing();
      Change.removeScope(via, key);
      key.denied();
      course.traffic().pause(BETWEEN_CHANGES);
      Change.revoke(via, key);
      changes.addAndGet(3);
    }

    long changes() {
      return changes.get();
    }

    @Override
    public void close() {
      ending = true;
      try {
        thread.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
