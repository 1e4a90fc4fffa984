package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Build;
import dev.latchkey.harness.report.MarkdownTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/** Results as lines for people at a terminal, and as a table in a document. */
final class BenchReport {
  private static final MarkdownTable TABLE =
      new MarkdownTable(
          List.of(
              "figure",
              "against",
              "measured",
              "must",
              "goal",
              "verdict",
              "details",
              "made with",
              "when, on which commit and machine"),
          "|---|---|---:|---:|---:|---|---|---|---|");

  private BenchReport() {}

  /** One result in two lines. */
  static String line(Result result) {
    return "%s%s: %s (must %s, goal %s): %s%n    %s"
        .formatted(
            result.figure(),
            result.against().isEmpty() ? "" : ", against " + result.against(),
            result.bound().text(result.value()),
            result.bound().mustText(),
            result.bound().goalText(),
            result.verdict(),
            result.details());
  }

  /**
   * Writes the results into the table of a document, and their plots beside it; other figures and
   * plots stay.
   *
   * @param options what the benchmarks were told beside their names, with a space before each
   */
  static void write(Path document, List<Result> results, String options) {
    TABLE.write(document, "", results.stream().map(result -> row(result, options)).toList());
    try {
      for (Plot plot : results.stream().flatMap(result -> result.plot().stream()).toList()) {
        plot.write(document.resolveSibling(""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> row(Result result, String options) {
    return List.of(
        result.figure(),
        result.against().isEmpty() ? "–" : result.against(),
        result.bound().text(result.value()),
        result.bound().mustText(),
        result.bound().goalText(),
        result.held() ? result.verdict() : "**" + result.verdict() + "**",
        result.details()
            + result.plot().map(plot -> "; [plot](%s)".formatted(plot.file())).orElse(""),
        "`./latchkey bench %s%s`".formatted(result.benchmark(), options),
        circumstances());
  }

  private static String circumstances() {
    return "%s, %s, %d processors, Java %s, %s %s"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            commit(),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version().feature(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }

  /** The commit of the checkout, with a plus if it was changed since. */
  private static String commit() {
    String commit = git("rev-parse", "--short=8", "HEAD");
    if (commit.isEmpty()) {
      return "no checkout";
    }
    return git("status", "--porcelain", "--untracked-files=no", "--", "*.java", "*.xml").isEmpty()
        ? commit
        : commit + "+";
  }

  private static String git(String... arguments) {
    try {
      Process git =
          new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments)).toList())
              .directory(Build.root().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor() == 0 ? said.strip() : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }
}
