package dev.latchkey.keys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What of a running service's decisions is counted, and where. */
final class UsageCountingTest {
  private static final int SCOPE = DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE_VALUE;
  private static final int DISABLED = DenialReason.DENIAL_REASON_DISABLED_VALUE;

  private static RunningKeyService service;
  private static UsageTables tables;

  @BeforeAll
  static void start() {
    service = new RunningKeyService(Map.of("LATCHKEY_USAGE_FLUSH_INTERVAL", "60s"));
    tables = new UsageTables(service);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static AuthenticateRequest.Builder request(CreateKeyResponse key, String client) {
    return AuthenticateRequest.newBuilder().setCredential(key.getSecret()).setClientAddress(client);
  }

  private static AuthenticateRequest refused(CreateKeyResponse key) {
    return request(key, "192.0.2.9").addRequiredScopes("memories:write").build();
  }

  private static void use(CreateKeyResponse key, String client) {
    assertThat(service.authentication().authenticate(request(key, client).build()).hasAllowed())
        .isTrue();
  }

  private static Key get(CreateKeyResponse key) {
    return service
        .keys()
        .getKey(GetKeyRequest.newBuilder().setId(key.getKey().getId()).build())
        .getKey();
  }

  @Test
  void eightThreads_overTwoKeysAndTwoOutcomes_areCountedExactly_whileTheyAreFlushed()
      throws Exception {
    StandInTenancy.Branch acme = service.tenancy().branch("threads");
    List<CreateKeyResponse> keys =
        List.of(
            service.create(acme.workspace().getId(), "memories:read"),
            service.create(acme.project().getId(), "memories:read"));
    int rounds = 60;
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<?>> callers = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        var stub = service.authentication();
        callers.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    stub.authenticate(request(keys.get(i % 2), "192.0.2.1").build());
                    stub.authenticateBatch(
                        AuthenticateBatchRequest.newBuilder()
                            .addRequests(request(keys.get(0), ""))
                            .addRequests(refused(keys.get(0)))
                            .addRequests(refused(keys.get(1)))
                            .addRequests(AuthenticateRequest.newBuilder().setCredential("none"))
                            .build());
                    if (i % 20 == 0) {
                      tables.flush();
                    }
                  }
                }));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    }
    tables.flush();

    long calls = 8L * rounds;
    String first = keys.get(0).getKey().getId();
    String second = keys.get(1).getKey().getId();
    for (BucketSize size : BucketSize.values()) {
      assertThat(tables.sum(size, first, 0)).isEqualTo(calls / 2 + calls);
      assertThat(tables.sum(size, first, SCOPE)).isEqualTo(calls);
      assertThat(tables.sum(size, second, 0)).isEqualTo(calls / 2);
      assertThat(tables.sum(size, second, SCOPE)).isEqualTo(calls);
      assertThat(tables.sum(size, acme.workspace().getId())).isEqualTo(calls / 2 + 2 * calls);
      assertThat(tables.sum(size, acme.environment().getId())).isEqualTo(calls / 2 + 2 * calls);
      assertThat(tables.sum(size, acme.project().getId())).isEqualTo(4 * calls);
      assertThat(tables.sum(size, acme.organization().getId())).isEqualTo(4 * calls);
    }
  }

  @Test
  void callsOnBothSidesOfAMinute_areCountedInTheirOwn() {
    CreateKeyResponse key = service.create(service.tenancy().branch("minutes").project().getId());
    tables.toTheNextMinute();
    use(key, "192.0.2.1");
    use(key, "192.0.2.1");
    service.clock().advance(Duration.ofMinutes(1));
    use(key, "192.0.2.1");
    tables.flush();

    String buckets = "FROM usage_minute WHERE subject_id = '" + key.getKey().getId() + "'";
    assertThat(tables.number("SELECT count(*) " + buckets)).isEqualTo(2);
    assertThat(tables.number("SELECT count " + buckets + " ORDER BY bucket_time LIMIT 1"))
        .isEqualTo(2);
    assertThat(
            tables.number(
                "SELECT extract(epoch FROM max(bucket_time) - min(bucket_time)) " + buckets))
        .isEqualTo(60);
    assertThat(tables.sum(BucketSize.DAY, key.getKey().getId())).isEqualTo(3);
  }

  @Test
  void aKeyThatIsChangedInBetween_losesNoCount() {
    CreateKeyResponse key = service.create(service.tenancy().branch("changed").project().getId());
    String id = key.getKey().getId();
    use(key, "192.0.2.1");
    service.keys().disableKey(DisableKeyRequest.newBuilder().setId(id).build());
    service.authenticate(key.getSecret());
    service.keys().enableKey(EnableKeyRequest.newBuilder().setId(id).build());
    use(key, "192.0.2.1");
    tables.flush();

    assertThat(tables.sum(BucketSize.HOUR, id, 0)).isEqualTo(2);
    assertThat(tables.sum(BucketSize.HOUR, id, DISABLED)).isEqualTo(1);
  }

  @Test
  void aManagementCall_isAUseOfItsKey_butAskingAboutAKeyIsNotOneOfTheAskers() {
    StandInTenancy.Branch acme = service.tenancy().branch("managers");
    CreateKeyResponse manager = service.create(acme.organization().getId(), Scopes.KEYS_READ);
    var keys = service.keys(Secret.of(manager.getSecret()));
    keys.listKeys(ListKeysRequest.getDefaultInstance());
    keys.listKeys(ListKeysRequest.getDefaultInstance());
    use(manager, "192.0.2.1");
    tables.flush();

    assertThat(tables.sum(BucketSize.DAY, manager.getKey().getId())).isEqualTo(3);
    long edge =
        tables.number(
            "SELECT count(*) FROM usage_day JOIN platform_key ON key_id = subject_id"
                + " WHERE role = 'edge'");
    assertThat(edge).as("the key that Authenticate is called with").isZero();
  }

  @Test
  void lastUse_isToTheMinute_withItsNetwork_ofAllowedAndDenied() {
    StandInTenancy.Branch acme = service.tenancy().branch("last");
    CreateKeyResponse key = service.create(acme.project().getId());
    CreateKeyResponse unused = service.create(acme.project().getId());
    assertThat(get(key).hasLastUsedTime()).isFalse();

    tables.toTheNextMinute();
    use(key, "192.0.2.77");
    tables.flush();
    long minute = Math.floorDiv(service.clock().millis(), 60_000L) * 60;
    assertThat(get(key).getLastUsedTime().getSeconds()).isEqualTo(minute);
    assertThat(get(key).getLastClientNetwork()).isEqualTo("192.0.2.0/24");

    service.clock().advance(Duration.ofMinutes(1));
    service
        .authentication()
        .authenticate(request(key, "2001:db8:1:2::3").addRequiredScopes("a:b").build());
    tables.flush();
    List<Key> listed =
        service
            .keys()
            .listKeys(ListKeysRequest.newBuilder().setNodeId(acme.project().getId()).build())
            .getKeysList();
    assertThat(listed)
        .anySatisfy(
            seen -> {
              assertThat(seen.getId()).isEqualTo(key.getKey().getId());
              assertThat(seen.getLastUsedTime().getSeconds()).isEqualTo(minute + 60);
              assertThat(seen.getLastClientNetwork()).isEqualTo("2001:db8:1::/48");
            })
        .anySatisfy(
            seen -> {
              assertThat(seen.getId()).isEqualTo(unused.getKey().getId());
              assertThat(seen.hasLastUsedTime()).isFalse();
            });
  }
}
