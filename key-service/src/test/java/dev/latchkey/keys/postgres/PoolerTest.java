package dev.latchkey.keys.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.Pooler;
import dev.latchkey.keys.support.PostgresServer;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The whole service, its migrations too, behind a pooler in transaction mode. */
class PoolerTest {
  private static final int CALLERS = 8;
  private static final int KEYS_EACH = 4;

  @Test
  void theServiceWorks_onFewerConnectionsThanItsPoolsHave() throws Exception {
    try (PostgresServer server = PostgresServer.create(Map.of("fsync", "off"))) {
      server.execute(
          "postgres",
          "CREATE ROLE latchkey LOGIN",
          "CREATE DATABASE keys OWNER latchkey",
          "ALTER ROLE latchkey SET statement_timeout = '11s'",
          "ALTER ROLE latchkey SET lock_timeout = '5s'");
      try (Pooler pooler = new Pooler(server, "keys", "latchkey");
          RunningKeyService service =
              RunningKeyService.on(
                  pooler.url(), Map.of("LATCHKEY_KEYS_DATABASE_USER", "latchkey"))) {
        String node = service.tenancy().branch("pooled").project().getId();
        String _ = service.create(node).getSecret();
        List<CompletableFuture<Void>> calls = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          calls.add(
              CompletableFuture.runAsync(
                  () -> makeUseAndRevoke(service, node), Thread::startVirtualThread));
        }
        for (CompletableFuture<Void> call : calls) {
          var _ = call.get(60, TimeUnit.SECONDS);
        }
        assertThat(server.value("keys", "SELECT count(*) FROM api_key WHERE state = 'REVOKED'"))
            .isEqualTo(Integer.toString(CALLERS * KEYS_EACH));
        Transactions transactions = service.host().context().getBean(Transactions.class);
        for (int i = 0; i < 10; i++) {
          assertThat(
                  transactions.<String>read(
                      in ->
                          Sql.first(in, "SHOW statement_timeout", row -> row.getString(1))
                              .orElseThrow()))
              .as("the role's limit; none was left behind by a snapshot or a migration")
              .isEqualTo("11s");
          assertThat(
                  transactions.<String>snapshot(
                      in ->
                          Sql.first(in, "SHOW statement_timeout", row -> row.getString(1))
                              .orElseThrow()))
              .isEqualTo("0");
        }
      }
    }
  }

  @Test
  void changesArriveAtOtherNodes_throughAPooler() throws Exception {
    try (PostgresServer server = PostgresServer.create(Map.of("fsync", "off"))) {
      server.execute(
          "postgres", "CREATE ROLE latchkey LOGIN", "CREATE DATABASE keys OWNER latchkey");
      Map<String, String> settings = Map.of("LATCHKEY_KEYS_DATABASE_USER", "latchkey");
      try (Pooler pooler = new Pooler(server, "keys", "latchkey");
          RunningKeyService one = RunningKeyService.on(pooler.url(), settings);
          RunningKeyService other = RunningKeyService.beside(one, settings)) {
        String node = one.tenancy().branch("several").project().getId();
        for (int round = 0; round < KEYS_EACH; round++) {
          CreateKeyResponse key = one.create(node);
          assertThat(other.authenticate(key.getSecret()).hasAllowed()).isTrue();
          long start = System.nanoTime();
          revoke(one, key);
          Conditions.await(
              "the other node has heard", () -> other.authenticate(key.getSecret()).hasDenied());
          assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        }
      }
    }
  }

  private static void makeUseAndRevoke(RunningKeyService service, String node) {
    for (int i = 0; i < KEYS_EACH; i++) {
      makeUseAndRevokeOne(service, node);
    }
  }

  private static void makeUseAndRevokeOne(RunningKeyService service, String node) {
    CreateKeyResponse key = service.create(node);
    assertThat(service.authenticate(key.getSecret()).hasAllowed()).isTrue();
    revoke(service, key);
    assertThat(service.denial(key.getSecret())).isEqualTo(DenialReason.DENIAL_REASON_REVOKED);
  }

  private static void revoke(RunningKeyService service, CreateKeyResponse key) {
    var _ =
        service
            .keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .build());
  }
}
