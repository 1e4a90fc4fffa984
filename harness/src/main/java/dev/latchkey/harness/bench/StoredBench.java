package dev.latchkey.harness.bench;

import dev.latchkey.harness.bench.Plot.Axis;
import dev.latchkey.harness.bench.Plot.Line;
import dev.latchkey.harness.bench.Plot.Point;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whether cached Authenticate suffers from what is stored beside the keys in use: a key-service
 * with few keys against one with many, and each against a server that does nothing.
 */
final class StoredBench implements Benchmark {
  private static final int FEW = 10_000;
  private static final int MOST_HOT = 100_000;

  /** Sizes on the way to the one that is asked for. */
  private static final List<Integer> STEPS = List.of(100_000, 1_000_000);

  /** Of a thousand calls so many may be looked up in the database, for whatever reason. */
  private static final double MOST_LOOKUPS = 1;

  @Override
  public String name() {
    return "stored";
  }

  @Override
  public String description() {
    return "cached Authenticate with millions of keys stored against ten thousand.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws IOException, SQLException {
    out.println("starting two key-services with a tenant-service each");
    out.flush();
    try (StoredGround few = StoredGround.start(Map.of());
        StoredGround many = StoredGround.start(Map.of())) {
      Duration filling = grow(few, FEW, options, out);
      String noOp = few.startNoOp();
      List<Point> points = new ArrayList<>();
      points.add(point(few, FEW, noOp, options, out));
      for (int size : sizes(options.stored)) {
        filling = filling.plus(grow(many, size, options, out));
        points.add(point(many, size, noOp, options, out));
      }
      return List.of(
          compare(many, few, options, out).and(details(filling, many.bytes())).with(plot(points)));
    }
  }

  private static List<Integer> sizes(int largest) {
    return IntStream.concat(
            STEPS.stream().mapToInt(size -> size).filter(size -> size < largest),
            IntStream.of(largest))
        .boxed()
        .toList();
  }

  private static Duration grow(StoredGround ground, int size, BenchOptions options, PrintWriter out)
      throws SQLException {
    out.printf("storing %,d keys%n", size);
    out.flush();
    long start = System.nanoTime();
    ground.grow(size, Math.min(size, MOST_HOT));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    ground.prime(options);
    return took;
  }

  private static Point point(
      StoredGround ground, int size, String noOp, BenchOptions options, PrintWriter out) {
    try (Load measured = ground.load(ground.keyService(), options);
        Load baseline = ground.load(noOp, options)) {
      String name = String.format(Locale.ROOT, "%,d stored", size);
      Pairs pairs = new Pairs(name, measured, "no-op", baseline, out);
      return new Point(size, cached(ground, () -> pairs.run(options)).ratios().median());
    }
  }

  private Result compare(
      StoredGround many, StoredGround few, BenchOptions options, PrintWriter out) {
    try (Load measured = many.load(many.keyService(), options);
        Load baseline = few.load(few.keyService(), options)) {
      Pairs pairs = new Pairs("many stored", measured, "few stored", baseline, out);
      return cached(many, () -> cached(few, () -> pairs.run(options)))
          .result(
              name(),
              String.format(
                  Locale.ROOT,
                  "Authenticate, unary, cached, %,d keys stored and %,d hot: calls/s",
                  options.stored,
                  many.known().size()),
              String.format(
                  Locale.ROOT, "the same with %,d stored and %,d hot", FEW, few.known().size()),
              Bound.atLeast(0.90, 0.95, ""));
    }
  }

  /** Runs pairs whose calls must be answered from memory. */
  private static Pairs.Outcome cached(StoredGround ground, Measurement pairs) {
    long decisions = ground.decisions();
    long lookups = ground.lookups();
    Pairs.Outcome outcome = pairs.run();
    decisions = ground.decisions() - decisions;
    lookups = ground.lookups() - lookups;
    if (decisions == 0 || lookups * 1_000 > MOST_LOOKUPS * decisions) {
      throw new IllegalStateException(
          "of %d calls %d were looked up in the database".formatted(decisions, lookups));
    }
    return outcome;
  }

  private interface Measurement {
    Pairs.Outcome run();
  }

  private static String details(Duration filling, long bytes) {
    return String.format(
        Locale.ROOT, "filled in %d s, database %,d MB", filling.toSeconds(), bytes / 1_000_000);
  }

  private static Plot plot(List<Point> points) {
    return new Plot(
        "calls-over-stored-keys",
        "Cached Authenticate over stored keys",
        Axis.logarithmic("keys stored, up to 100,000 of them hot"),
        Axis.linear("calls/s, as a ratio to a no-op server"),
        List.of(new Line("Authenticate", points)));
  }
}
