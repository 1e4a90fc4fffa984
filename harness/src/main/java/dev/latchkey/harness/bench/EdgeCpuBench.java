package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The processor time that one {@code GET /api/v1/me} takes of the edge and of key-service. */
final class EdgeCpuBench implements Benchmark {
  private static final int CONNECTIONS = 32;
  private static final double NANOS_PER_MICRO = 1e3;

  /**
   * One run.
   *
   * @param edge microseconds of processor time for each request
   * @param keyService the same of key-service
   * @param rate requests a second
   */
  private record Run(double edge, double keyService, double rate) {
    double both() {
      return edge + keyService;
    }
  }

  @Override
  public String name() {
    return "edge-cpu";
  }

  @Override
  public String description() {
    return "Processor time of edge and key-service for one GET /api/v1/me.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) {
    try (EdgeGround ground = EdgeGround.start(Platform.FULL_SPEED, options.keys, out);
        HttpLoad load = ground.edge(CONNECTIONS)) {
      out.printf("%,d keys at random, %d connections%n", options.keys, CONNECTIONS);
      out.flush();
      WarmUp.run(options, out, load);
      out.printf("%-6s%12s%18s%14s%n", "run", "edge µs", "key-service µs", "requests/s");
      List<Run> runs = new ArrayList<>();
      for (int i = 1; i <= options.pairs; i++) {
        Run run = run(ground.platform(), load, Duration.ofSeconds(options.seconds));
        out.printf(
            Locale.ROOT, "%-6d%12.1f%18.1f%14.0f%n", i, run.edge(), run.keyService(), run.rate());
        out.flush();
        runs.add(run);
      }
      return List.of(result(runs));
    }
  }

  private static Run run(Platform platform, HttpLoad load, Duration duration) {
    Duration edge = processorTime(platform, Service.EDGE);
    Duration keyService = processorTime(platform, Service.KEY_SERVICE);
    long answers = load.answers();
    Figures figures = load.run(duration);
    double answered = load.answers() - answers;
    return new Run(
        micros(edge, processorTime(platform, Service.EDGE)) / answered,
        micros(keyService, processorTime(platform, Service.KEY_SERVICE)) / answered,
        figures.callsPerSecond());
  }

  /** User and system time of a service's process since its start. */
  private static Duration processorTime(Platform platform, Service service) {
    return platform
        .service(service)
        .handle()
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException(service + " tells no processor time"));
  }

  private static double micros(Duration before, Duration after) {
    return after.minus(before).toNanos() / NANOS_PER_MICRO;
  }

  private Result result(List<Run> runs) {
    Ratios both = of(runs, Run::both);
    return new Result(
        name(),
        "edge and key-service together, 32 connections: processor time for one GET /api/v1/me",
        "",
        Bound.atMost(120, 60, " µs"),
        both.median(),
        String.format(
            Locale.ROOT,
            "minimum %.1f, median %.1f, maximum %.1f over %d runs; edge %.1f, key-service %.1f;"
                + " %,.0f requests/s",
            both.minimum(),
            both.median(),
            both.maximum(),
            runs.size(),
            of(runs, Run::edge).median(),
            of(runs, Run::keyService).median(),
            of(runs, Run::rate).median()));
  }

  private static Ratios of(List<Run> runs, ToDoubleFunction<Run> figure) {
    return Ratios.of(runs.stream().mapToDouble(figure).boxed().toList());
  }
}
