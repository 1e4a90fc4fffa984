package dev.latchkey.keys.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.PostgresServer;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The primary is killed under writes, and its synchronous standby takes over. */
class FailoverTest {
  private static final int WRITERS = 4;

  private final Queue<String> made = new ConcurrentLinkedQueue<>();
  private final Queue<String> revoked = new ConcurrentLinkedQueue<>();
  private final Queue<Status.Code> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong lastMade = new AtomicLong();
  private volatile boolean ended;

  @Test
  void nothingAcknowledgedIsLost_nothingIsAppliedTwice_andWritesAreBackWithinSeconds()
      throws Exception {
    try (PostgresServer primary = PostgresServer.create(Map.of())) {
      primary.execute(
          "postgres", "CREATE ROLE latchkey LOGIN", "CREATE DATABASE keys OWNER latchkey");
      try (PostgresServer standby = primary.standby()) {
        primary.execute(
            "postgres",
            "ALTER SYSTEM SET synchronous_standby_names = 'standby'",
            "SELECT pg_reload_conf()");
        String url =
            "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/keys?targetServerType=primary"
                .formatted(primary.port(), standby.port());
        try (RunningKeyService service =
            RunningKeyService.on(url, Map.of("LATCHKEY_KEYS_DATABASE_USER", "latchkey"))) {
          try {
            failOver(service, primary, standby);
          } finally {
            ended = true;
          }
        }
        verify(standby);
      }
    }
  }

  private void failOver(RunningKeyService service, PostgresServer primary, PostgresServer standby)
      throws InterruptedException {
    String node = service.tenancy().branch("failover").project().getId();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(Thread.startVirtualThread(() -> write(service, node)));
    }
    Conditions.await("keys are made", () -> made.size() > 10);
    primary.kill();
    long killed = System.nanoTime();
    Conditions.await("writes fail", () -> !failures.isEmpty());
    standby.promote();
    long promoted = System.nanoTime();
    Conditions.await("writes are back", () -> lastMade.get() - promoted > 0);
    System.out.printf(
        "writes are back %d ms after the kill, %d ms after the promotion%n",
        TimeUnit.NANOSECONDS.toMillis(lastMade.get() - killed),
        TimeUnit.NANOSECONDS.toMillis(lastMade.get() - promoted));
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));
    int before = made.size();
    Conditions.await("more keys are made", () -> made.size() > before + 10);
    ended = true;
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failures)
        .containsAnyOf(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED)
        .doesNotContain(Status.Code.INTERNAL, Status.Code.UNKNOWN);
  }

  /**
   * Makes keys under their request ids as names, repeats what failed, and revokes every second key.
   */
  private void write(RunningKeyService service, String node) {
    while (!ended) {
      String id = UUID.randomUUID().toString();
      boolean odd = requests.incrementAndGet() % 2 == 1;
      for (boolean done = false; !done && !ended; ) {
        done = make(service, node, id, odd);
      }
    }
  }

  private boolean make(RunningKeyService service, String node, String id, boolean revoke) {
    try {
      CreateKeyResponse key =
          service
              .keys()
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .createKey(
                  CreateKeyRequest.newBuilder()
                      .setNodeId(node)
                      .setName(id)
                      .setRequestId(id)
                      .build());
      lastMade.set(System.nanoTime());
      made.add(id);
      if (revoke) {
        var _ =
            service
                .keys()
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .revokeKey(
                    RevokeKeyRequest.newBuilder()
                        .setId(key.getKey().getId())
                        .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                        .build());
        revoked.add(id);
      }
      return true;
    } catch (StatusRuntimeException failure) {
      if (failure.getStatus().getCode() == Status.Code.ALREADY_EXISTS
          || failure.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
        // Made by an attempt whose answer was lost; its secret is not shown again.
        made.add(id);
        return true;
      }
      failures.add(failure.getStatus().getCode());
      return false;
    }
  }

  private void verify(PostgresServer standby) {
    String names = standby.value("keys", "SELECT string_agg(name, ' ') FROM api_key");
    assertThat(names).as("no acknowledged key is lost").contains(made);
    String dead =
        standby.value("keys", "SELECT string_agg(name, ' ') FROM api_key WHERE state = 'REVOKED'");
    assertThat(dead).as("no acknowledged revocation is lost").contains(revoked);
    assertThat(
            standby.value(
                "keys",
                "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM api_key WHERE"
                    + " length(name) = 36 GROUP BY name) made"))
        .as("keys for each request id")
        .isEqualTo("1");
  }
}
