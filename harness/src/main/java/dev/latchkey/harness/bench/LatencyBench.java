package dev.latchkey.harness.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The latency of Authenticate of cached keys at rates that a gRPC server that does nothing takes
 * without effort, against that server's at the same rates.
 */
final class LatencyBench implements Benchmark {
  private static final int RUNS_FOR_MAXIMUM = 3;

  /** Of what a closed load gets answered, for the maximum: so many more are due. */
  private static final double TOO_MANY = 2;

  /** Parts of the no-op's maximum rate, for the plot. */
  private static final List<Double> RATES = List.of(0.10, 0.25, 0.50, 0.75, 0.90);

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String description() {
    return "p99 of Authenticate at half a no-op server's maximum rate against the no-op's.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws IOException {
    try (AuthenticateGround ground = AuthenticateGround.start(options.keys, out);
        OpenLoad measured = ground.open(ground.keyService(), options);
        OpenLoad baseline = ground.open(ground.noOp(), options)) {
      double maximum = maximum(ground, baseline, options, out);
      double half = maximum / 2;
      out.printf(
          "no-op's maximum %,.0f calls/s; %,d keys at random, %,.0f calls/s on %d connections%n",
          maximum, options.keys, half, options.connections);
      Result result =
          new Pairs(
                  "authenticate",
                  measured.at(half),
                  "no-op",
                  baseline.at(half),
                  Figures::p99Micros,
                  out)
              .run(options)
              .result(
                  name(),
                  "Authenticate, unary, cached, at half the no-op's maximum rate: p99",
                  "p99 of the no-op gRPC server at that rate",
                  Bound.atMost(1.5, 1.2, ""))
              .and(
                  String.format(
                      Locale.ROOT,
                      "no-op's maximum %,.0f/s; 99 of 100 calls were made within %,.0f µs"
                          + " (authenticate) and %,.0f µs (no-op) of when they were due",
                      maximum,
                      measured.delayP99Micros(options.pairs),
                      baseline.delayP99Micros(options.pairs)));
      return List.of(result.with(plot(maximum, measured, baseline, options, out)));
    }
  }

  /** How many calls a second the no-op server answers where more are due than can be made. */
  private static double maximum(
      AuthenticateGround ground, OpenLoad baseline, BenchOptions options, PrintWriter out) {
    double closed;
    try (Load keyService = ground.unary(ground.keyService(), options);
        Load noOp = ground.unary(ground.noOp(), options)) {
      out.println("finding the no-op's maximum rate");
      WarmUp.run(options, out, noOp, keyService);
      closed = noOp.run(Duration.ofSeconds(options.seconds)).callsPerSecond();
    }
    Load tooMany = baseline.at(TOO_MANY * closed);
    Duration each = Duration.ofSeconds(options.seconds);
    return Ratios.of(
            IntStream.range(0, RUNS_FOR_MAXIMUM)
                .mapToObj(i -> tooMany.run(each).callsPerSecond())
                .toList())
        .median();
  }

  private static Plot plot(
      double maximum, OpenLoad measured, OpenLoad baseline, BenchOptions options, PrintWriter out) {
    Duration each = Duration.ofSeconds(options.seconds);
    List<Plot.Point> ofMeasured = new ArrayList<>();
    List<Plot.Point> ofBaseline = new ArrayList<>();
    out.printf("%n%-12s%20s%20s%n", "calls/s", "no-op p99 µs", "authenticate p99 µs");
    for (double part : RATES) {
      double rate = part * maximum;
      ofBaseline.add(new Plot.Point(rate, baseline.at(rate).run(each).p99Micros()));
      ofMeasured.add(new Plot.Point(rate, measured.at(rate).run(each).p99Micros()));
      out.printf(
          Locale.ROOT,
          "%-12.0f%20.0f%20.0f%n",
          rate,
          ofBaseline.getLast().y(),
          ofMeasured.getLast().y());
      out.flush();
    }
    return new Plot(
        "latency-over-rate",
        "Latency over rate",
        Plot.Axis.linear("calls/s, open loop"),
        Plot.Axis.logarithmic("p99, µs"),
        List.of(
            new Plot.Line("Authenticate, unary, cached", ofMeasured),
            new Plot.Line("no-op gRPC server", ofBaseline)));
  }
}
