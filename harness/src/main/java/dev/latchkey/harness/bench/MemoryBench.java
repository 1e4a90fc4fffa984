package dev.latchkey.harness.bench;

import dev.latchkey.harness.attack.Vitals;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.harness.training.Training;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The memory of each service that has nothing to do: resident, of the JVM's process alone, started
 * as {@code ./latchkey up} starts it.
 */
final class MemoryBench implements Benchmark {
  private static final int REQUESTS = 10;
  private static final Duration REST = Duration.ofSeconds(10);
  private static final double MEGABYTE = 1e6;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String description() {
    return "Idle memory of each service (RSS).";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out)
      throws IOException, InterruptedException {
    Training.ensure();
    try (EdgeGround ground = EdgeGround.start(Platform.USUAL, REQUESTS, out)) {
      ground.askWithEach();
      out.printf("resting %d s%n", REST.toSeconds());
      out.flush();
      Thread.sleep(REST);
      return Stream.of(Service.KEY_SERVICE, Service.TENANT_SERVICE, Service.EDGE)
          .map(service -> result(service, ground.platform().service(service).handle()))
          .toList();
    }
  }

  private Result result(Service service, ProcessHandle process) {
    double resident = megabytes(Vitals.residentBytes(process));
    if (resident == 0) {
      throw new IllegalStateException(service + " tells no memory");
    }
    return new Result(
        name(),
        "idle memory of " + service.module() + " (RSS)",
        "",
        Bound.atMost(250, 160, " MB"),
        resident,
        String.format(
            Locale.ROOT,
            "%.0f MB of it its own, the rest pages of files; %s",
            megabytes(Vitals.anonymousBytes(process)),
            String.join(" ", Platform.USUAL)));
  }

  private static double megabytes(long bytes) {
    return bytes / MEGABYTE;
  }
}
