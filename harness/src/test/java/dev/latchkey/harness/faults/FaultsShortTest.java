package dev.latchkey.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.harness.fleet.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** One test for each row of the table; {@code ./latchkey faults} runs the same by hand. */
@DisplayName("faults, short form")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsShortTest {
  private final FaultSuite suite = new FaultSuite(Form.SHORT, System.out::println);
  private final List<Row> rows = new ArrayList<>();

  @BeforeAll
  void findTools() {
    String missing = Tool.missing();
    // Where nobody reads along, a suite that does not run is a suite that fails.
    assertThat("true".equals(System.getenv("CI")) ? missing : "").isEmpty();
    assumeTrue(missing.isEmpty(), missing);
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    return FaultSuite.ordered(Scenarios.all(), Form.SHORT).stream()
        .map(
            scenario ->
                DynamicTest.dynamicTest(
                    "%s: %s".formatted(scenario.name(), scenario.fault()),
                    () -> {
                      Row row = suite.run(scenario);
                      rows.add(row);
                      assertThat(row.broken()).isEmpty();
                    }));
  }

  @AfterAll
  void end() {
    suite.close();
    System.out.println(Report.table(rows));
  }
}
