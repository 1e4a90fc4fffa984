package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a scenario has shown: one row of the table.
 *
 * @param name the scenario's
 * @param fault in words
 * @param load decisions a second, over the whole of it
 * @param wrong wrong answers
 * @param failed calls without a decision after all retries, by kind
 * @param before p99 undisturbed, where it was measured
 * @param during p99 under the fault, where it was measured
 * @param recovery from the end of the fault to the last call that failed; empty where the scenario
 *     has none
 * @param checks what had to hold, and whether it did
 * @param details more of what was measured, in words; nothing had to hold of it
 * @param notes wrong answers and failures in words
 */
public record Row(
    String name,
    String fault,
    double load,
    long wrong,
    Map<String, Long> failed,
    Optional<Duration> before,
    Optional<Duration> during,
    Optional<Duration> recovery,
    List<Check> checks,
    List<String> details,
    List<String> notes) {

  /**
   * One bound.
   *
   * @param bound what must hold, in words
   * @param measured what was measured, in words
   * @param held whether it held
   */
  public record Check(String bound, String measured, boolean held) {}

  /** The row of a scenario that cannot run here: broken, and it says why. */
  static Row notRun(Scenario scenario, String missing) {
    return new Row(
        scenario.name(),
        scenario.fault(),
        0,
        0,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(new Check("runs here", missing, false)),
        List.of(),
        List.of());
  }

  /** Whether every bound held and no answer was wrong. */
  public boolean held() {
    return wrong == 0 && checks.stream().allMatch(Check::held);
  }

  /** What broke, in words; empty where nothing did. */
  public String broken() {
    StringBuilder broken = new StringBuilder();
    if (wrong > 0) {
      broken.append("%d wrong answers%n".formatted(wrong));
    }
    checks.stream()
        .filter(check -> !check.held())
        .forEach(check -> broken.append("%s: %s%n".formatted(check.bound(), check.measured())));
    if (!broken.isEmpty()) {
      notes.forEach(note -> broken.append(note).append(System.lineSeparator()));
    }
    return broken.toString();
  }
}
