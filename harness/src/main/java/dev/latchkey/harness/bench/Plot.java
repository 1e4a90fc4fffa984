package dev.latchkey.harness.bench;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Lines through measured points, to be drawn as an SVG.
 *
 * @param name of its file, without an ending: lower case with dashes
 * @param title above it
 * @param x the axis to the right
 * @param y the axis upwards
 * @param lines one or more, each with a name of its own
 */
record Plot(String name, String title, Axis x, Axis y, List<Line> lines) {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 480;

  Plot {
    lines = List.copyOf(lines);
  }

  /**
   * What an axis shows.
   *
   * @param title what, and in which unit
   * @param logarithmic whether equal distances are equal ratios, and all values above zero; a
   *     linear axis begins at zero
   */
  record Axis(String title, boolean logarithmic) {
    static Axis linear(String title) {
      return new Axis(title, false);
    }

    static Axis logarithmic(String title) {
      return new Axis(title, true);
    }
  }

  /**
   * One line.
   *
   * @param name as the legend has it
   * @param points one or more, in the order in which they are joined
   */
  record Line(String name, List<Point> points) {
    Line {
      points = List.copyOf(points);
    }
  }

  /** One measurement, in the units of the axes. */
  record Point(double x, double y) {}

  /** Its file in the folder of the document that shows it. */
  String file() {
    return "plots/" + name + ".svg";
  }

  /**
   * Draws it into its file below a folder; replaces one that is there.
   *
   * @throws IOException if the file cannot be written
   */
  void write(Path folder) throws IOException {
    Path svg = folder.resolve(file());
    Files.createDirectories(svg.getParent());
    try (OutputStream out = Files.newOutputStream(svg)) {
      VectorGraphicsEncoder.saveVectorGraphic(chart(), out, VectorGraphicsFormat.SVG);
    }
  }

  private XYChart chart() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x.title())
            .yAxisTitle(y.title())
            .build();
    chart
        .getStyler()
        .setXAxisLogarithmic(x.logarithmic())
        .setYAxisLogarithmic(y.logarithmic())
        .setLegendPosition(LegendPosition.OutsideS)
        .setChartBackgroundColor(Color.WHITE);
    if (!x.logarithmic()) {
      chart.getStyler().setXAxisMin(0.0);
    }
    if (!y.logarithmic()) {
      chart.getStyler().setYAxisMin(0.0);
    }
    for (Line line : lines) {
      chart.addSeries(
          line.name(),
          line.points().stream().mapToDouble(Point::x).toArray(),
          line.points().stream().mapToDouble(Point::y).toArray());
    }
    return chart;
  }
}
