package dev.latchkey.harness.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table in a Markdown file whose rows are measured one by one: writing some rows keeps the
 * others. A row is known by its first cell.
 */
public final class MarkdownTable {
  private static final String BEGIN = "<!-- rows -->";
  private static final String END = "<!-- end of rows -->";

  private final List<String> columns;
  private final String alignment;

  /**
   * @param columns the names of the columns
   * @param alignment the line below them, {@code |---|---:|}
   */
  public MarkdownTable(List<String> columns, String alignment) {
    this.columns = List.copyOf(columns);
    this.alignment = alignment;
  }

  /**
   * The rows below the names of their columns.
   *
   * @param present a table made before; what it has of other rows is kept
   */
  public String text(String present, List<List<String>> rows) {
    String head = line(columns);
    Map<String, String> lines = new LinkedHashMap<>();
    present
        .lines()
        .filter(line -> line.startsWith("| ") && !line.equals(head))
        .forEach(line -> lines.put(line.split(" \\| ", 2)[0], line));
    rows.forEach(row -> lines.put("| " + row.getFirst(), line(row)));
    return head + "\n" + alignment + "\n" + String.join("\n", lines.values()) + "\n";
  }

  /**
   * Writes the rows into a file: between the lines {@value #BEGIN} and {@value #END} where it has
   * them, or as all of it.
   *
   * @param heading a line above the table; empty for none
   */
  public void write(Path file, String heading, List<List<String>> rows) {
    try {
      String before = Files.exists(file) ? Files.readString(file) : "";
      int begin = before.indexOf(BEGIN);
      int end = before.indexOf(END);
      boolean hasPlace = begin >= 0 && end > begin;
      String present = hasPlace ? before.substring(begin, end) : before;
      String body = (heading.isEmpty() ? "" : heading + "\n\n") + text(present, rows);
      Files.writeString(
          file,
          hasPlace
              ? before.substring(0, begin + BEGIN.length()) + "\n" + body + before.substring(end)
              : body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
