package dev.latchkey.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("what a node tells of counting limits with the others")
class NodesTest {
  private static final String TOGETHER =
      """
      # TYPE latchkey_limits_redis_open gauge
      latchkey_limits_redis_open{node="a"} 0.0
      # TYPE latchkey_limits_redis_nodes gauge
      latchkey_limits_redis_nodes{node="a"} 3.0
      """;

  @Test
  @DisplayName("it asks Redis and hears of all there")
  void allThere_countTogether() {
    assertThat(Nodes.countsTogether(TOGETHER, 3)).isTrue();
  }

  @Test
  @DisplayName("it does not ask Redis, or hears of fewer")
  void aloneOrWithFewer_isNotTogether() {
    assertThat(Nodes.countsTogether(TOGETHER.replace("} 0.0", "} 1.0"), 3)).isFalse();
    assertThat(Nodes.countsTogether(TOGETHER.replace("} 3.0", "} 2.0"), 3)).isFalse();
  }

  @Test
  @DisplayName("it says nothing: that is no yes")
  void withoutEitherMetric_isNotTogether() {
    assertThat(Nodes.countsTogether("", 3)).isFalse();
    assertThat(Nodes.countsTogether(TOGETHER.replace("redis_open", "redis_shut"), 3)).isFalse();
    assertThat(Nodes.countsTogether(TOGETHER.replace("redis_nodes", "redis_many"), 3)).isFalse();
  }
}
