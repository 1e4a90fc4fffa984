package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RedisServer;
import dev.latchkey.keys.support.TestAuthority;
import dev.latchkey.kit.tls.IdentityFiles;
import dev.latchkey.kit.tls.Tls;
import dev.latchkey.kit.tls.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits shared through a Redis that speaks TLS and asks its clients for a certificate. */
final class SharedOverTlsTest {
  private static final Duration OFTEN = Duration.ofMillis(20);

  /** Where a test is about counts. */
  private static final Duration PATIENT = Duration.ofSeconds(10);

  /** Where it is about Redis being given up. */
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir private Path folder;
  private TestAuthority ours;
  private TestAuthority theirs;
  private Path ca;
  private IdentityFiles shown;

  @BeforeEach
  void issue() throws Exception {
    ours = new TestAuthority("Ours");
    theirs = new TestAuthority("Theirs");
    ca = ours.write(folder.resolve("ca.pem"));
    shown = ours.write("node", folder);
  }

  @Test
  void nodesWithACertificateOfItsCa_shareLimits_andThoseWithoutDoNot() throws Exception {
    int port = RedisServer.freePort();
    try (RedisServer redis = server(port);
        Tls tls = Tls.open(settings(Optional.of(shown)), OFTEN);
        Tls bare = Tls.open(settings(Optional.empty()), OFTEN);
        LimitNodes nodes = nodes("rediss://localhost:" + port, tls);
        LimitNodes without = impatient(port, bare)) {
      assertThat(nodes.admitted(5, 12)).isEqualTo(5);
      assertThat(nodes.count("local.decisions")).isZero();
      assertThat(redis.call("DBSIZE")).isNotEqualTo(":0\r\n");
      without.awaitShared(false);
    }
  }

  @Test
  void newFiles_holdForTheNextConnection() throws Exception {
    int port = RedisServer.freePort();
    theirs.write(ca);
    try (RedisServer redis = server(port);
        Tls tls = Tls.open(settings(Optional.of(shown)), OFTEN);
        LimitNodes nodes = impatient(port, tls)) {
      nodes.awaitShared(false);

      ours.write(ca);
      nodes.awaitShared(true);

      theirs.write("node", shown);
      disconnectUntil(redis, nodes, false);

      ours.write("node", shown);
      nodes.awaitShared(true);
    }
  }

  @Test
  void masterThatASentinelKnows_isFoundOverTls() throws Exception {
    int port = RedisServer.freePort();
    int sentinelPort = RedisServer.freePort();
    Path file = folder.resolve("sentinel.conf");
    Files.writeString(file, "sentinel monitor main 127.0.0.1 %d 1\n".formatted(port));
    try (RedisServer master = server(port);
        RedisServer sentinel =
            server(
                sentinelPort,
                file.toString(),
                "--sentinel",
                "--tls-replication",
                "yes",
                "--dir",
                folder.toString());
        Tls tls = Tls.open(settings(Optional.of(shown)), OFTEN);
        LimitNodes nodes = nodes("rediss-sentinel://localhost:" + sentinelPort + "#main", tls)) {
      assertThat(nodes.admitted(5, 12)).isEqualTo(5);
      assertThat(nodes.count("local.decisions")).isZero();
      assertThat(master.call("DBSIZE")).isNotEqualTo(":0\r\n");
      assertThat(sentinel.call("INFO sentinel")).contains("status=ok");
    }
  }

  @Test
  void cluster_countsOverTls() throws Exception {
    int port = RedisServer.freePort();
    try (RedisServer master =
            server(
                port,
                "--cluster-enabled",
                "yes",
                "--tls-cluster",
                "yes",
                "--cluster-port",
                Integer.toString(RedisServer.freePort()),
                "--dir",
                folder.toString());
        Tls tls = Tls.open(settings(Optional.of(shown)), OFTEN)) {
      assertThat(master.call("CLUSTER ADDSLOTSRANGE 0 16383")).startsWith("+OK");
      Conditions.await(
          "the cluster", () -> master.call("CLUSTER INFO").contains("cluster_state:ok"));
      String url = "rediss://localhost:%1$d,rediss://127.0.0.1:%1$d".formatted(port);
      try (LimitNodes nodes = nodes(url, tls)) {
        assertThat(nodes.admitted(5, 12)).isEqualTo(5);
        assertThat(nodes.count("local.decisions")).isZero();
        assertThat(master.call("DBSIZE")).isNotEqualTo(":0\r\n");
      }
    }
  }

  /** Connections that are up live on: they are ended until the new ones are made as expected. */
  private static void disconnectUntil(RedisServer redis, LimitNodes nodes, boolean shared) {
    Conditions.await(
        "shared: " + shared,
        () -> {
          assertThat(redis.call("CLIENT KILL TYPE normal SKIPME yes")).startsWith(":");
          // Draws that fail show that a connection is gone.
          int _ = nodes.admitted(1, 2);
          return nodes.all().stream().allMatch(node -> node.isShared() == shared);
        });
  }

  private TlsSettings settings(Optional<IdentityFiles> identity) {
    return new TlsSettings(identity, Optional.empty(), Optional.of(ca), false);
  }

  private static LimitNodes nodes(String url, Tls tls) {
    return new LimitNodes(url, tls.clientTls(), 2, PATIENT, true);
  }

  private static LimitNodes impatient(int port, Tls tls) {
    return new LimitNodes("rediss://localhost:" + port, tls.clientTls(), 2, SHORT, false);
  }

  /** TLS on the port; the server's other port is for the test alone. */
  private RedisServer server(int port, String... more) throws Exception {
    IdentityFiles own = ours.write("redis", folder);
    Path clients = ours.write(folder.resolve("clients.pem"));
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--tls-port", Integer.toString(port), "--tls-auth-clients", "yes"));
    arguments.addAll(List.of("--tls-cert-file", own.certificate().toString()));
    arguments.addAll(List.of("--tls-key-file", own.key().toString()));
    arguments.addAll(List.of("--tls-ca-cert-file", clients.toString()));
    return new RedisServer(arguments.toArray(String[]::new));
  }
}
