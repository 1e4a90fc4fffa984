package dev.latchkey.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("the forms of the suite")
class FormTest {
  @Test
  @DisplayName("with every build: the short one, without a judgement on milliseconds")
  void build_isShort() {
    assertThat(Form.BUILD.choose("short", "long")).isEqualTo("short");
    assertThat(Deployments.usual(Form.BUILD)).isEqualTo(Deployments.usual(Form.SHORT));
    assertThat(Form.BUILD.judgesMilliseconds()).isFalse();
    assertThat(Form.SHORT.judgesMilliseconds()).isTrue();
    assertThat(Form.LONG.judgesMilliseconds()).isTrue();
  }

  @Test
  @DisplayName("every build runs every row but the soak")
  void build_leavesOutTheSoakOnly() {
    List<Scenario> all = Scenarios.all();
    assertThat(all)
        .filteredOn(scenario -> !FaultSuite.ordered(all, Form.BUILD).contains(scenario))
        .extracting(Scenario::name)
        .containsExactly("soak");
  }
}
