package dev.latchkey.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.problem.ProblemCode;
import dev.latchkey.kit.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the documents say of the edge is what the edge does. */
final class DocumentationTest {
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void configurationTable_hasEverySettingAndNoOther() throws IOException {
    assertThat(rows(DOCS.resolve("configuration.md"), "## edge-rest"))
        .containsExactlyElementsOf(EdgeSettings.ALL.stream().map(Setting::tableRow).toList());
  }

  @Test
  void errorTable_hasEveryCodeWithItsStatusAndNoOther() throws IOException {
    assertThat(rows(DOCS.resolve("errors.md"), "## Codes of the REST edge"))
        .map(row -> String.join("|", Arrays.asList(row.split(" *\\| *", -1)).subList(1, 3)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ProblemCode.values())
                .map(code -> "`%s`|%d".formatted(code.wireName(), code.status()))
                .toList());
  }

  /** The rows of the table below a heading, without its head. */
  private static List<String> rows(Path document, String heading) throws IOException {
    return Files.readAllLines(document).stream()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .toList();
  }
}
