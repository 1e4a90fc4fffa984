package dev.latchkey.harness.faults;

import dev.latchkey.harness.report.MarkdownTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows as a table, for people at a terminal and in Markdown. */
public final class Report {
  private static final List<String> COLUMNS =
      List.of(
          "fault",
          "load held",
          "wrong answers",
          "failed calls",
          "p99 before",
          "p99 during",
          "recovery",
          "verdict");
  private static final MarkdownTable TABLE =
      new MarkdownTable(
          Stream.concat(COLUMNS.stream(), Stream.of("what had to hold")).toList(),
          "|---|---:|---:|---:|---:|---:|---:|---|---|");

  private Report() {}

  /** A duration as people read it. */
  public static String text(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    return millis < 10
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : millis < 2_000
            ? String.format(Locale.ROOT, "%.0f ms", millis)
            : String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }

  /** One row in one line. */
  static String line(Row row) {
    return String.join("  ", cells(row));
  }

  /** The rows in aligned columns, each with what had to hold below it. */
  public static String table(List<Row> rows) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(COLUMNS);
    rows.forEach(row -> cells.add(cells(row)));
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < COLUMNS.size(); column++) {
      int at = column;
      widths.add(cells.stream().mapToInt(line -> line.get(at).length()).max().orElse(0));
    }
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      for (int column = 0; column < COLUMNS.size(); column++) {
        String cell = cells.get(i).get(column);
        table.append(cell).repeat(' ', widths.get(column) - cell.length() + 2);
      }
      table.append('\n');
      if (i > 0) {
        for (Row.Check check : rows.get(i - 1).checks()) {
          table.append(
              "    %s %s: %s%n"
                  .formatted(check.held() ? "✓" : "✗", check.bound(), check.measured()));
        }
        rows.get(i - 1).details().forEach(line -> table.append("      %s%n".formatted(line)));
      }
    }
    return table.toString();
  }

  /** Writes the rows into a file as Markdown; rows of other faults that are there already stay. */
  static void write(Path file, String heading, List<Row> rows) {
    TABLE.write(file, heading, rows.stream().map(Report::markdown).toList());
  }

  private static List<String> markdown(Row row) {
    List<String> cells = new ArrayList<>(cells(row));
    cells.add(
        row.checks().stream()
            .map(
                check ->
                    "%s%s: %s"
                        .formatted(
                            check.held() ? "" : "**broken** ", check.bound(), check.measured()))
            .collect(Collectors.joining("; ")));
    return cells;
  }

  private static List<String> cells(Row row) {
    return List.of(
        row.fault(),
        String.format(Locale.ROOT, "%.0f/s", row.load()),
        Long.toString(row.wrong()),
        failed(row.failed()),
        row.before().map(Report::text).orElse("–"),
        row.during().map(Report::text).orElse("–"),
        row.recovery().map(Report::text).orElse("–"),
        row.held() ? "held" : "BROKEN");
  }

  private static String failed(Map<String, Long> failed) {
    long sum = failed.values().stream().mapToLong(Long::longValue).sum();
    return sum == 0
        ? "0"
        : "%d (%s)"
            .formatted(
                sum,
                failed.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(Collectors.joining(", ")));
  }
}
