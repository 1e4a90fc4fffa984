package dev.latchkey.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.bench.Plot.Axis;
import dev.latchkey.harness.bench.Plot.Line;
import dev.latchkey.harness.bench.Plot.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotTest {
  @TempDir private Path folder;

  @Test
  void drawnBesideTheDocument() throws IOException {
    plot(Axis.linear("rate"), 0, 100).write(folder);

    assertThat(Files.readString(folder.resolve("plots/latency.svg")))
        .contains("<svg")
        .contains("</svg>");
  }

  @Test
  void drawnAnew_isTheSameFile() throws IOException {
    Path svg = folder.resolve("plots/latency.svg");
    plot(Axis.logarithmic("rate"), 1, 1_000_000).write(folder);
    String first = Files.readString(svg);

    plot(Axis.logarithmic("rate"), 1, 1_000_000).write(folder);

    assertThat(Files.readString(svg)).isEqualTo(first);
  }

  @Test
  void pointsAreInTheDrawing() throws IOException {
    Path svg = folder.resolve("plots/latency.svg");
    plot(Axis.linear("rate"), 0, 100).write(folder);
    String first = Files.readString(svg);

    plot(Axis.linear("rate"), 50, 100).write(folder);

    assertThat(Files.readString(svg)).isNotEqualTo(first);
  }

  private static Plot plot(Axis x, double from, double to) {
    return new Plot(
        "latency",
        "Latency over rate",
        x,
        Axis.linear("µs"),
        List.of(
            new Line("ours", List.of(new Point(from, 3), new Point(to, 5))),
            new Line("no-op", List.of(new Point(from, 2), new Point(to, 4)))));
  }
}
