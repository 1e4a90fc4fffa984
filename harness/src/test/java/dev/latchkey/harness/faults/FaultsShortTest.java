package dev.latchkey.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.harness.fleet.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * One test for each of those rows of the table that hold on two busy processors too, with latencies
 * of milliseconds shown and not judged. {@code ./latchkey faults} runs all of them.
 */
@DisplayName("faults, short form")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsShortTest {
  private static final Set<String> ROWS =
      Set.of(
          "tenant-service-down",
          "node-killed",
          "limits-across-nodes",
          "database-cut",
          "database-cut-long",
          "feed-stalled",
          "database-half-open",
          "tenancy-half-open",
          "tenancy-stalled",
          "changes-propagate",
          "writers-out-of-order",
          "rolling-restart",
          "primary-killed",
          "oversized",
          "redis-killed");

  private final FaultSuite suite = new FaultSuite(Form.BUILD, System.out::println);
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
    return FaultSuite.ordered(Scenarios.all(), Form.BUILD).stream()
        .filter(scenario -> ROWS.contains(scenario.name()))
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
