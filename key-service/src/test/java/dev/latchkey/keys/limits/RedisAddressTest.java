package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.secret.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisAddressTest {
  private static RedisAddress parse(String text) {
    return RedisAddress.parse(Secret.of(text));
  }

  @Test
  void singleSentinelAndClusterAddresses_areRead_andShownWithoutTheirPassword() {
    RedisAddress single = parse("rediss://ann:s3cret@redis.example:6380/2");
    assertThat(single.isCluster()).isFalse();
    assertThat(single.uris().getFirst().isSsl()).isTrue();
    assertThat(single.uris().getFirst().getDatabase()).isEqualTo(2);
    assertThat(single).hasToString("redis.example:6380");

    RedisAddress sentinel = parse("redis-sentinel://s3cret@one:26379,two:26380/0#main");
    assertThat(sentinel.isCluster()).isFalse();
    assertThat(sentinel).hasToString("one:26379,two:26380#main");

    RedisAddress cluster = parse("redis://:s3cret@one:7000,redis://:s3cret@two:7001");
    assertThat(cluster.isCluster()).isTrue();
    assertThat(cluster).hasToString("one:7000,two:7001");
  }

  @Test
  void anythingElse_isRefused_withoutRepeatingIt() {
    for (String bad :
        List.of(
            "http://s3cret@one",
            "one:6379",
            "redis://",
            "redis://s3cret@one:99999999",
            "redis-sentinel://s3cret@one:26379",
            "redis://one:7000,http://s3cret")) {
      assertThatThrownBy(() -> parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("s3cret")
          .hasNoCause();
    }
  }
}
