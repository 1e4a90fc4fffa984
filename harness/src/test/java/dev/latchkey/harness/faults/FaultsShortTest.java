package dev.latchkey.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.harness.fleet.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * One test for each row of the table's short form, with latencies of milliseconds shown and not
 * judged: they do not hold on two busy processors. {@code ./latchkey faults} judges them too.
 */
@DisplayName("faults, short form")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsShortTest {
  private final FaultSuite suite = new FaultSuite(Form.BUILD, System.out::println);
  private final List<Row> rows = new ArrayList<>();

  @BeforeAll
  void findTools() {
    assumeHere(Tool.missing());
  }

  /** Where nobody reads along, what does not run has failed. */
  private static void assumeHere(String missing) {
    assertThat("true".equals(System.getenv("CI")) ? missing : "").isEmpty();
    assumeTrue(missing.isEmpty(), missing);
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    List<Scenario> scenarios = FaultSuite.ordered(Scenarios.all(), Form.BUILD);
    return IntStream.range(0, scenarios.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    "%s: %s".formatted(scenarios.get(i).name(), scenarios.get(i).fault()),
                    () -> run(scenarios.get(i), scenarios.subList(i + 1, scenarios.size()))));
  }

  private void run(Scenario scenario, List<Scenario> later) {
    assumeHere(scenario.missing());
    if (scenario.mostlyWaits() && !later.isEmpty()) {
      suite.prepare(later.getFirst());
    }
    Row row = suite.run(scenario);
    rows.add(row);
    assertThat(row.broken()).isEmpty();
  }

  @AfterAll
  void end() {
    suite.close();
    System.out.println(Report.table(rows));
  }
}
