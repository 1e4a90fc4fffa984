package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits shared through a Redis that is more than one server. */
final class SharedTopologyTest {
  private static final int SLOTS = 16_384;
  private static final int MASTERS = 3;

  @TempDir private Path folder;

  @Test
  void masterThatASentinelKnows_isFound() throws IOException {
    try (RedisServer master = new RedisServer()) {
      Path file = folder.resolve("sentinel.conf");
      Files.writeString(file, "sentinel monitor main 127.0.0.1 %d 1\n".formatted(master.port()));
      try (RedisServer sentinel =
              new RedisServer(file.toString(), "--sentinel", "--dir", folder.toString());
          LimitNodes nodes =
              new LimitNodes("redis-sentinel://127.0.0.1:" + sentinel.port() + "#main", 2)) {
        assertThat(nodes.admitted(5, 12)).isEqualTo(5);
        assertThat(nodes.count("local.decisions")).isZero();
        assertThat(master.call("DBSIZE")).isNotEqualTo(":0\r\n");
      }
    }
  }

  @Test
  void replicaThatASentinelMadeMaster_isFoundByAllNodes() throws IOException {
    try (RedisServer master = new RedisServer();
        RedisServer replica = new RedisServer("--replicaof", "127.0.0.1 " + master.port())) {
      Conditions.await(
          "the replica", () -> replica.call("INFO replication").contains("link_status:up"));
      Path file = folder.resolve("sentinel.conf");
      Files.writeString(
          file,
          """
          sentinel monitor main 127.0.0.1 %d 1
          sentinel down-after-milliseconds main 300
          sentinel failover-timeout main 3000
          """
              .formatted(master.port()));
      try (RedisServer sentinel =
              new RedisServer(file.toString(), "--sentinel", "--dir", folder.toString());
          LimitNodes nodes =
              new LimitNodes(
                  "redis-sentinel://127.0.0.1:" + sentinel.port() + "#main",
                  2,
                  Duration.ofMillis(50))) {
        Conditions.await(
            "a Sentinel that knows the replica",
            () -> sentinel.call("INFO sentinel").contains("slaves=1"));
        assertThat(nodes.admitted(5, 12)).isEqualTo(5);
        master.kill();
        Conditions.await(
            "a failover", () -> replica.call("INFO replication").contains("role:master"));
        // Draws that fail show that the old connection is of no use.
        Conditions.await(
            "nodes that share again",
            () -> {
              int _ = nodes.admitted(1, 2);
              return nodes.all().stream().allMatch(RedisLimits::isShared)
                  && nodes.admitted(5, 12) == 5;
            });
        assertThat(replica.call("DBSIZE")).isNotEqualTo(":0\r\n");
      }
    }
  }

  @Test
  void cluster_countsEachLimitOnItsMaster() {
    List<RedisServer> masters = new ArrayList<>();
    try {
      for (int i = 0; i < MASTERS; i++) {
        masters.add(
            new RedisServer(
                "--cluster-enabled",
                "yes",
                "--dir",
                folder.toString(),
                "--cluster-config-file",
                folder.resolve("nodes-" + i + ".conf").toString()));
      }
      join(masters);
      String url = masters.stream().map(RedisServer::url).collect(Collectors.joining(","));
      try (LimitNodes nodes = new LimitNodes(url, 2)) {
        int shared = 0;
        for (int tries = 0; shared < 30; tries++) {
          assertThat(tries).as("limits that were tried").isLessThan(300);
          double alone = nodes.count("local.decisions");
          int admitted = nodes.admitted(3, 5);
          // A master that is late on a busy machine is not waited for.
          if (nodes.count("local.decisions") == alone) {
            assertThat(admitted).isEqualTo(3);
            shared++;
          }
        }
        assertThat(masters)
            .allSatisfy(master -> assertThat(master.call("DBSIZE")).isNotEqualTo(":0\r\n"));
      }
    } finally {
      masters.forEach(RedisServer::close);
    }
  }

  private static void join(List<RedisServer> masters) {
    int each = SLOTS / MASTERS;
    for (int i = 0; i < MASTERS; i++) {
      RedisServer master = masters.get(i);
      int last = i == MASTERS - 1 ? SLOTS - 1 : (i + 1) * each - 1;
      assertThat(master.call("CLUSTER ADDSLOTSRANGE %d %d".formatted(i * each, last)))
          .startsWith("+OK");
      assertThat(master.call("CLUSTER SET-CONFIG-EPOCH " + (i + 1))).startsWith("+OK");
      if (i > 0) {
        assertThat(master.call("CLUSTER MEET 127.0.0.1 " + masters.getFirst().port()))
            .startsWith("+OK");
      }
    }
    for (RedisServer master : masters) {
      Conditions.await(
          "the cluster", () -> master.call("CLUSTER INFO").contains("cluster_state:ok"));
    }
  }
}
